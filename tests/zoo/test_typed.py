"""What users type as a value is a number where people would read one, JSON where it is that, and a word elsewhere."""

from __future__ import annotations

import pytest

from zoo.typed import read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((".1", 0.1), ("1.", 1.0), ("-.5", -0.5), ("+.5", 0.5), (".1e-3", 1e-4), ("2.E2", 200.0)),
        *(("+3", 3), ("+1e-3", 1e-3), ("0.1", 0.1), ("1e-3", 1e-3), ("64", 64), ("-1", -1)),
        *(("true", True), ("null", None), ("[1, 2]", [1, 2]), ('"7"', "7")),
    ],
)
def test_numbers_and_json_are_values(text, value):
    found = read_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    ["relu", "", ".", "+", "+.", "-", "064", "1_000", "50%", "0,1", ".1x", "1.2.3", "e5", "NaN", "+x", "\u0663."],
)
def test_all_else_is_a_word(text):
    assert read_value(text) == text


def test_a_number_that_is_not_finite_stays_a_word_which_no_domain_has():
    assert read_value("-Infinity") == "-Infinity"
