"""Cells with a decimal comma, or with signs between thousands."""

import math
from io import StringIO

import pandas as pd
import pytest

from zoo.errors import BadData
from zoo.raw.numerals import COMMA, POINT, fits, in_plain, is_numeral, with_comma, with_point


@pytest.mark.parametrize("cell", ["1,5", "-0,25", "1.234,50", "1.234.567", "12", ",5", "1,5E+03", "+3,0"])
def test_a_decimal_comma_is_read_as_pandas_reads_it(cell):
    oracle = pd.read_csv(StringIO(f"a;b\n{cell};1\n"), sep=";", decimal=",", thousands=".")["a"][0]
    assert with_comma(f" {cell} ") == float(oracle)


@pytest.mark.parametrize("cell", ["1,234.5", "-1,234,567", "12.25", "7"])
def test_commas_between_thousands_are_read_as_pandas_reads_them(cell):
    oracle = pd.read_csv(StringIO(f'a;b\n"{cell}";1\n'), sep=";", thousands=",")["a"][0]
    assert with_point(cell) == float(oracle)


def test_spaces_of_every_width_may_part_thousands():
    for space in " \u00a0\u202f":
        assert (with_comma(f"1{space}234,5"), with_point(f"1{space}234.5")) == (1234.5, 1234.5)


@pytest.mark.parametrize(
    "cell", ["1.5", "1,2,3", "12.34,5", "0.123,5", "1,5 %", "1,5 \u20ac", "1_0,5", "a", "1.234 567,5"]
)
def test_what_fits_no_decimal_comma_is_none(cell):
    assert with_comma(cell) is None


def test_a_missing_cell_is_nan_and_no_numeral_of_a_style():
    assert math.isnan(with_comma(" NA ")) and math.isnan(with_point(""))
    assert not fits("", COMMA) and not fits("NA", POINT)


def test_numerals_are_numbers_in_any_style():
    assert list(map(is_numeral, ["1,5", "1 234,5", "1.5", "", "one", "1,5 %"])) == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_texts_and_gaps_stay_and_numbers_of_another_style_are_named():
    assert in_plain(["1.234,5", " ", "one"], COMMA, "x") == ["1234.5", " ", "one"]
    with pytest.raises(BadData, match=r"x holds '1\.5' in data row 12; .* number with a decimal comma, .*Write it so"):
        in_plain(["1,5", "1.5"], COMMA, "x", 10)
