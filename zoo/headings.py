"""Headings of a table of answers: the answer, then each class's probability."""

from __future__ import annotations

from collections.abc import Sequence

ANSWER = "prediction"


def headings(classes: Sequence[str]) -> list[str]:
    """Return the names of the columns, no two alike: a class named as the answer is `probability of prediction`."""
    taken, name = {ANSWER, *classes}, ANSWER
    while name in taken:
        name = f"probability of {name}"
    return [ANSWER, *(name if one == ANSWER else one for one in classes)]
