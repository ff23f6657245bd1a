"""Headings: the answer first, then the classes, and no two alike."""

from __future__ import annotations

import pytest

from zoo.headings import headings


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ((), ["prediction"]),
        (("no", "yes"), ["prediction", "no", "yes"]),
        (("no", "prediction"), ["prediction", "no", "probability of prediction"]),
        (
            ("prediction", "probability of prediction"),
            ["prediction", "probability of probability of prediction", "probability of prediction"],
        ),
    ],
)
def test_a_class_named_as_the_answer_is_told_apart_from_it(classes, expected):
    assert headings(classes) == expected


@pytest.mark.parametrize(
    ("classes", "steps", "row", "expected"),
    [
        (("no", "file"), 1, "file", ["file", "prediction", "no", "probability of file"]),
        ((), 2, "file", ["file", "step 1", "step 2"]),
        (("no",), 1, "prediction", ["prediction of the row", "prediction", "no"]),
    ],
)
def test_what_names_the_rows_comes_first_and_is_told_apart(classes, steps, row, expected):
    assert headings(classes, steps, row) == expected
