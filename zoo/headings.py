"""Headings of a table of answers: the answer, then each class's probability."""

from __future__ import annotations

from collections.abc import Sequence

ANSWER = "prediction"


def headings(classes: Sequence[str], steps: int = 1) -> list[str]:
    """Return the names of the columns, no two alike: a class named as the answer is `probability of prediction`.

    A forecast of several `steps` has a column for each: step 1, step 2 ...
    """
    if steps > 1:
        return [f"step {step}" for step in range(1, steps + 1)]
    taken, name = {ANSWER, *classes}, ANSWER
    while name in taken:
        name = f"probability of {name}"
    return [ANSWER, *(name if one == ANSWER else one for one in classes)]
