"""A file of given lengths computes as the one it was made from; its shapes are those of the formula by hand."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from zoo.profiling._reading import described, read
from zoo.profiling._resizing import resized

from .crafted import sums
from .lengths import CHANNELS, FILTERS, KERNEL, convolution, repeated, sum_of_two


def answers(content, *values, resizes=False):
    interpreter = Interpreter(model_content=content, num_threads=1)
    for detail, value in zip(interpreter.get_input_details(), values, strict=True):
        if resizes:
            interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(interpreter.get_input_details(), values, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


@pytest.mark.parametrize("runs", [True, False])
def test_lengths_work_and_memory_are_those_of_the_size(runs):
    told = described(resized(convolution(), [(1, 12, 9, CHANNELS)], runs))
    given, made = (12, 9), (12 - KERNEL + 1, 9 - KERNEL + 1)
    assert [shape for _, _, shape, _ in told["steps"][0]["outputs"]] == [[1, *made, FILTERS]]
    assert told["macs"] == made[0] * made[1] * FILTERS * KERNEL**2 * CHANNELS
    assert told["arena_bytes"] >= 4 * (given[0] * given[1] * CHANNELS + made[0] * made[1] * FILTERS)
    assert told["weight_bytes"] == described(convolution())["weight_bytes"]
    assert told["notes"] == []


def test_it_computes_the_same():
    pixels = np.random.default_rng(3).normal(size=(2, 7, 5, CHANNELS)).astype("float32")
    fixed = resized(convolution(), [pixels.shape], runs=True)
    np.testing.assert_array_equal(answers(fixed, pixels), answers(convolution(), pixels, resizes=True))


def test_each_input_has_a_shape_of_its_own():
    graph = read(resized(sum_of_two(), [(5, 4), (1, 4)], runs=True)).graphs[0]
    assert [tensor.shape for tensor in graph.tensors] == [(5, 4), (1, 4), (5, 4)]


def test_signatures_stay():
    assert described(resized(sums(), [(1, 3), (1, 3)], runs=False))["signatures"] == described(sums())["signatures"]


def test_lengths_that_leave_nothing_are_refused():
    with pytest.raises(ValueError, match=r"too short: nothing is left of tensor_3, \[1, 0, 0, 4\]"):
        resized(convolution(), [(1, 2, 2, CHANNELS)], runs=True)


def test_lengths_that_only_a_run_tells_are_refused_without_one():
    with pytest.raises(ValueError, match="as long as the data says, and nothing is run"):
        resized(repeated(), [(6,), (1,)], runs=False)


def test_values_behind_the_tables_are_refused(monkeypatch):
    from zoo.profiling import _resizing

    held = read(convolution())
    held.model.buffers[1].size = 4
    monkeypatch.setattr(_resizing, "read", lambda content: held)
    with pytest.raises(ValueError, match="lie behind its tables"):
        resized(convolution(), [(1, 9, 9, CHANNELS)], runs=False)
