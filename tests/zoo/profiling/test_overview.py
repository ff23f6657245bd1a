"""A profile as text: a line an operator, and what should be known of them in words."""

from __future__ import annotations

import pytest

from zoo.profiling._composing import composed
from zoo.profiling._reading import described

from .crafted import dense, halves, hybrid, loop, sums

NOT_RUN = {"calls": 0, "reason": "nothing was run"}
RUN = {"calls": 4, "whole_us": 9.0, "idle_us": 0.5, "steps": [6.0, 2.0], "untimed": ["", ""]}


@pytest.fixture
def told(tmp_path):
    def tell(content, timing=NOT_RUN, micro=None):
        file = tmp_path / "model.tflite"
        file.write_bytes(content)
        return composed(file, described(content), timing, micro or {})

    return tell


def test_each_operator_has_a_line_with_its_shapes_work_weights_and_time(told):
    lines = told(dense(), RUN).screen().splitlines()
    (layer,) = (line.split() for line in lines if "FULLY_CONNECTED" in line and line.startswith("0"))
    assert layer == ["0", "FULLY_CONNECTED", "float32[?,4]", "float32[?,3]", "floats", "12", "60", "6.00", "75.0%"]


def test_the_ends_and_signatures_of_a_file_are_named(told):
    lines = told(sums()).screen().splitlines()
    assert "input       float32[1,3] tensor_0" in lines
    assert "output      float32[1,3] tensor_2" in lines
    assert "signature   add(x, y) gives sum, by graph 0" in lines


def test_the_time_of_the_whole_stands_beside_that_of_its_operators_alone(told):
    text = told(dense(), RUN).screen()
    assert "9.00 us of the processor for one row on one thread, the median of 4 calls" in text
    assert "; its operators, each timed alone, 8.00 us in all" in text
    assert "; an empty call 0.50 us" in text


def test_the_time_is_that_of_the_shapes_that_were_given(tmp_path):
    (tmp_path / "model.tflite").write_bytes(dense())
    found = composed(tmp_path / "model.tflite", described(dense()), RUN, {}, ((5, 4),))
    assert "9.00 us of the processor for inputs of 5,4 on one thread" in found.screen()


def test_operators_of_further_graphs_are_told_apart(told):
    lines = told(loop()).screen().splitlines()
    assert [line.split()[0] for line in lines if line.split()[1:2] in (["WHILE"], ["LESS"], ["ADD"])] == [
        *("0.0", "1.0", "2.0")
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (dense, "no integers float arithmetic: FULLY_CONNECTED, SOFTMAX"),
        (hybrid, "no integers integer weights, float arithmetic: FULLY_CONNECTED"),
        (halves, "micro       TensorFlow Lite Micro refuses DEQUANTIZE: its kernels know no float16"),
        (dense, "micro       TensorFlow Lite Micro has all its operators"),
        (dense, "note        lengths left open (?) are counted as one"),
        (dense, "time        not measured: nothing was run"),
    ],
)
def test_what_should_be_known_is_said(content, words, told):
    assert words in told(content()).screen()


@pytest.mark.parametrize(
    ("micro", "words"),
    [
        ({"tried": True, "arena_bytes": 32, "kept_bytes": 900}, "runs it: an arena of 32 bytes, and 900 beside it"),
        ({"tried": True, "reason": "no room"}, "own interpreter refuses it: no room"),
        ({"reason": "nobody asked"}, "Micro has all its operators; nobody asked"),
    ],
)
def test_what_a_microcontrollers_interpreter_says_is_passed_on(micro, words, told):
    assert words in told(dense(), micro=micro).screen()


def test_a_notebook_shows_names_as_they_are_written(told, tmp_path):
    shown = told(dense(), RUN)._repr_html_()
    assert "<td>FULLY_CONNECTED</td>" in shown
    assert "&lt;" not in shown
    assert shown.count("<tr>") == 3
