"""staying: the least important channels go, each layer keeps some, and what is held stays."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.compression._choosing import blocks, staying, staying_by_work
from zoo.compression._marking import Trace
from zoo.compression._work import Kernel


def trace_of(held=(), **writers):
    """Return a trace of layers that bring in the classes given by name."""
    count = 1 + max(max(classes) for classes in writers.values())
    mask = np.isin(np.arange(count), held)
    return Trace(np.arange(count), mask, {}, {name: np.array(classes) for name, classes in writers.items()})


def gone(trace, importance, left, scope, start=None):
    stays = staying(trace, start or trace, np.asarray(importance, float), left, scope)
    return np.flatnonzero(~stays).tolist()


def test_each_layer_loses_the_same_share_of_its_least_important():
    trace = trace_of(first=range(4), second=range(4, 10))
    assert gone(trace, [3, 0, 2, 1, 9, 4, 8, 5, 7, 6], 0.5, "layer") == [1, 3, 5, 7, 9]


def test_all_layers_together_lose_their_least_important():
    trace = trace_of(first=range(4), second=range(4, 10))
    found = gone(trace, [3, 0, 2, 1, 9, 4, 8, 5, 7, 6], 0.5, "global")
    assert found == [1, 2, 3, 5, 7]  # class 0 is the first layer's last one, which stays


def test_a_tenth_of_each_layer_stays_however_little_it_matters():
    trace = trace_of(first=range(20), second=range(20, 40))
    found = gone(trace, np.arange(40), 0.3, "global")
    assert len(found) == 28
    assert sum(one < 20 for one in found) == 18


def test_layers_that_share_channels_are_one_block_and_lose_the_same():
    trace = trace_of(stem=range(4), summed=range(4), inner=range(4, 8))
    assert [block.layers for block in blocks(trace)] == [("stem", "summed"), ("inner",)]
    assert gone(trace, np.arange(8), 0.5, "layer") == [0, 1, 4, 5]


def test_held_channels_stay_and_do_not_count():
    trace = trace_of(held=[0, 1], layer=range(6))
    assert gone(trace, np.arange(6), 0.5, "layer") == [2, 3]
    assert blocks(trace_of(held=range(6), layer=range(6))) == []


def test_the_share_left_is_of_the_channels_at_the_start():
    start, now = trace_of(layer=range(16)), trace_of(layer=range(12))
    assert len(gone(now, np.arange(12), 0.5, "layer", start)) == 4


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_of_a_layer_with_one_channel_nothing_goes(scope):
    assert gone(trace_of(gate=[0]), [0.0], 0.1, scope) == []


def test_by_work_those_go_first_that_matter_least_for_what_they_take_until_the_rest_may_stay():
    trace = trace_of(wide=range(4), narrow=range(4, 8))
    wide, narrow = np.arange(4), np.arange(4, 8)
    found = [Kernel(100, 3, (wide,)), Kernel(1, 3, (narrow,))]  # 1,200 and 12
    importance = np.array([1.0, 2.0, 3.0, 4.0, 0.1, 0.1, 0.1, 0.1])
    stays = staying_by_work(trace, trace, importance, found, most=650)
    assert np.flatnonzero(~stays).tolist() == [0, 1]


def test_by_work_a_layer_keeps_its_last_channel_though_more_should_go():
    trace = trace_of(layer=range(4))
    stays = staying_by_work(trace, trace, np.arange(4.0), [Kernel(1, 1, (np.arange(4),))], most=0)
    assert np.flatnonzero(stays).tolist() == [3]


def test_by_work_nothing_goes_where_all_may_stay():
    trace = trace_of(layer=range(4))
    assert staying_by_work(trace, trace, np.arange(4.0), [Kernel(1, 1, (np.arange(4),))], most=4).all()
