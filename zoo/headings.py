"""Headings of a table of answers: the answer, then each class's probability."""

from __future__ import annotations

from collections.abc import Collection, Sequence

ANSWER, FILE = "prediction", "file"


def headings(classes: Sequence[str], steps: int = 1, row: str = "") -> list[str]:
    """Return the names of the columns, no two alike: a class named as the answer is `probability of prediction`.

    A forecast of several `steps` has a column for each: step 1, step 2 ... What names the rows comes first, under
    `row`.
    """
    answers = [f"step {step}" for step in range(1, steps + 1)] if steps > 1 else [ANSWER]
    first = [row] if row and row not in answers else [f"{row} of the row"] if row else []
    taken = {*first, *answers, *classes}
    return [*first, *answers, *(_free(one, taken) if one in (*first, *answers) else one for one in classes)]


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"probability of {name}"
    return name
