"""Shapes of a file's inputs: as they are typed, and which of them a file takes."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadValue
from zoo.profiling._shapes import joined, leaves_open, require_fitting, shapes_of, typed
from zoo.profiling.profiles import Shaped

PICTURE = Shaped("picture", "float32", (None, None, None, 3))
ROWS = Shaped("rows", "float32", (None, 4))
WAVE = Shaped("wave", "float32", (None,))
FIXED = Shaped("fixed", "int8", (1, 4))
SCALAR = Shaped("scalar", "float32", ())


def test_lengths_are_typed_with_commas_between_them():
    assert typed(["1,96,96,3", "7"]) == ((1, 96, 96, 3), (7,))


@pytest.mark.parametrize("text", ["", "96x96", "1,,3", "1.5", "1,96,"])
def test_other_words_are_refused_with_an_example(text):
    with pytest.raises(BadValue, match=rf"shape is '{text}'; it must be whole numbers .*Try 1,96,96,3\."):
        typed([text])


@pytest.mark.parametrize(
    ("given", "shapes"),
    [
        (None, ()),
        ((1, 96, 96, 3), ((1, 96, 96, 3),)),
        ([np.int64(2), 4], ((2, 4),)),
        ([(2, 4), (1, 3)], ((2, 4), (1, 3))),
    ],
)
def test_one_input_takes_a_shape_and_several_take_a_list_of_them(given, shapes):
    assert shapes_of(given) == shapes


@pytest.mark.parametrize(
    ("shape", "inputs"),
    [
        ([(1, 96, 80, 3)], [PICTURE]),
        ([(5, 4), (16000,)], [ROWS, WAVE]),
        ([(1, 4)], [FIXED]),
        ([()], [SCALAR]),
    ],
)
def test_what_a_file_takes_is_let_through(shape, inputs):
    require_fitting(shape, inputs)


@pytest.mark.parametrize(
    ("shape", "inputs", "words"),
    [
        ([(1, 96, 96, 4)], [PICTURE], r"1,96,96,4; .* float32\[\?,\?,\?,3\], in which only.* Try 1,96,96,3\."),
        ([(2, 4)], [FIXED], r"2,4; .* int8\[1,4\], in which only lengths marked \? are open\. Try 1,4\."),
        ([(96, 96)], [PICTURE], r"96,96; .* which has 4 lengths\. Try 1,96,96,3\."),
        ([(2, 2)], [WAVE], r"2,2; .* which has 1 length\. Try 96\."),
        ([(0, 8, -1, 3)], [PICTURE], r"0,8,-1,3; .* each length must be 1 or more\. Try 1,8,96,3\."),
        ([(5, 4)], [ROWS, WAVE], r"1 shape given, and the file has 2 inputs; .* Try --shape 1,4 --shape 96\."),
        ([(5, 4), (1, 4)], [ROWS], r"2 shapes given, and the file has 1 input; .* Try --shape 1,4\."),
    ],
)
def test_what_a_file_does_not_take_is_refused_with_what_it_takes(shape, inputs, words):
    with pytest.raises(BadValue, match=words):
        require_fitting(shape, inputs)


def test_a_number_of_rows_alone_leaves_nothing_open_and_a_single_length_is_none():
    assert not leaves_open([ROWS, FIXED, SCALAR])
    assert leaves_open([PICTURE])
    assert leaves_open([ROWS, WAVE])


def test_a_shape_is_written_as_it_is_typed():
    assert (joined((1, 96, 3)), joined(PICTURE.shape)) == ("1,96,3", "?,?,?,3")
