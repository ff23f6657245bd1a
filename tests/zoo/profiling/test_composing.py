"""A profile is put together out of what was described, timed and tried."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from zoo.profiling._composing import ELSEWHERE, UNCALLED, composed
from zoo.profiling._reading import described

from .crafted import Called, Drawn, Held, content_of, dense, halves, hybrid, loop

NOT_RUN = {"calls": 0, "reason": "nothing was run"}


@pytest.fixture
def made(tmp_path):
    def make(content, timing=NOT_RUN, micro=None):
        file = tmp_path / "model.tflite"
        file.write_bytes(content)
        return composed(file, described(content), timing, micro or {})

    return make


def times(*steps, untimed=None):
    return {"calls": 9, "whole_us": 7.0, "idle_us": 0.5, "steps": [*steps], "untimed": untimed or [""] * len(steps)}


def test_the_file_itself_is_told(made):
    found, content = made(dense()), dense()
    assert (found.bytes, found.sha256) == (len(content), sha256(content).hexdigest())


def test_shares_are_parts_of_the_time_that_operators_take_alone(made):
    found = made(dense(), times(6.0, 2.0))
    assert [step.share for step in found.steps] == [0.75, 0.25]
    assert (found.timing.whole_us, found.timing.alone_us, found.timing.calls) == (7.0, 8.0, 9)


def test_an_operator_without_a_time_has_no_share_and_a_reason(made):
    layer, softmax = made(dense(), times(6.0, None, untimed=["", "it does not run alone"])).steps
    assert (layer.share, softmax.us, softmax.share, softmax.untimed) == (1.0, None, None, "it does not run alone")


def test_without_any_time_each_operator_says_why(made):
    found = made(dense())
    assert {step.untimed for step in found.steps} == {"nothing was run"}
    assert (found.timing.whole_us, found.timing.alone_us, found.timing.reason) == (None, None, "nothing was run")


def test_the_time_inside_a_loop_is_its_operators(made):
    found = made(loop(), times(3.0))
    assert [(step.us, step.untimed) for step in found.steps] == [(3.0, ""), (None, ELSEWHERE), (None, ELSEWHERE)]


def test_a_graph_that_none_calls_is_described_and_not_timed(made):
    graph = Drawn([Held("float32", (1, 3))] * 2, [Called("ABS", (0,), (1,))], (0,), (1,))
    found = made(content_of(graph, graph), times(3.0))
    assert [(step.us, step.untimed) for step in found.steps] == [(3.0, ""), (None, UNCALLED)]
    assert found.arena_bytes == 32
    assert "2 graphs" in found.notes[0]


def test_operators_that_are_too_fast_to_be_measured_have_no_share(made):
    assert [step.share for step in made(dense(), times(0.0, 0.0)).steps] == [None, None]


@pytest.mark.parametrize(("content", "words"), [(halves, "float16"), (hybrid, "int8 weights with floats")])
def test_microcontrollers_refuse_by_reason_and_operator(content, words, made):
    micro = made(content()).micro
    (reason,) = (reason for reason in micro.refusals if words in reason)
    assert micro.refusals[reason]
    assert not micro.takes


def test_what_a_microcontrollers_interpreter_says_goes_before_the_lists(made):
    assert made(halves(), micro={"tried": True, "reason": ""}).micro.takes
    assert not made(dense(), micro={"tried": True, "reason": "out of memory"}).micro.takes


def test_a_profile_is_plain_json(made):
    told = json.loads(json.dumps(made(dense(), times(6.0, 2.0)).to_json()))
    assert told["operators"][0]["inputs"][0] == {
        **{"name": "tensor_0", "dtype": "float32"},
        **{"shape": [None, 4], "stored": False},
    }
    assert told["micro"]["takes"] is True
    assert told["arena"][0].keys() == {"name", "dtype", "shape", "start", "bytes", "first", "last", "scratch"}
    assert told["timing"]["whole_us"] == 7.0
