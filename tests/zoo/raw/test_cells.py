"""Cells of text tables."""

import math

import pytest

from zoo.raw.cells import MISSING_CELLS, adorned, category, number


@pytest.mark.parametrize(("cell", "value"), [("1", 1), (" -2.5e3 ", -2500), ("True", 1), ("false", 0), (".5", 0.5)])
def test_a_number_is_read_with_spaces_around_it(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("cell", MISSING_CELLS)
def test_a_missing_cell_is_nan_with_or_without_spaces(cell):
    assert math.isnan(number(cell))
    assert math.isnan(number(f" {cell} "))


@pytest.mark.parametrize("cell", ["a", "1,5", "1_000", "0x10", "yes", "1 2"])
def test_text_is_no_number(cell):
    assert number(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" Rome ", "Rome"), ("New\nYork", "New York"), ("7.0", "7"), ("-7.00", "-7"), ("07", "07"), ("7.5", "7.5")],
)
def test_a_category_is_one_line_and_whole_numbers_lose_their_fraction(cell, text):
    assert category(cell) == text


@pytest.mark.parametrize("cell", MISSING_CELLS)
def test_a_missing_cell_is_no_category(cell):
    assert category(cell) is category(f" {cell} ") is None


@pytest.mark.parametrize("text", ["$12", "1,14", "12 %", "-€1,234.50", "1.234,5", "1 000"])
def test_a_number_with_signs_is_found_among_texts(text):
    assert adorned(["3", text]) == text


@pytest.mark.parametrize(
    "texts",
    [[], ["3", "4.5"], ["3b", "4"], ["$", "%"], ["1,2,3", "4"], ["2020-01-01"], ["$1", "free", "none"], ["a,b"]],
)
def test_texts_that_are_no_numbers_are_not_taken_for_some(texts):
    assert adorned(texts) == ""
