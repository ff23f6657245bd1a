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
