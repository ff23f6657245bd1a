"""Channels of a series out of cells: digits beside marks, gaps filled forward; to learn from and to predict."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from zoo.errors import BadData
from zoo.raw.cells import number, quoted

FEW = 0.1  # the largest share of cells that may be marked, or filled
LONGEST_GAP = 5  # rows in succession
_MARKS = re.compile(r"^[?*~<>=$€£¥\s]+|[?*%\s]+$")


def unmarked(values: np.ndarray, is_text: np.ndarray, cells: Sequence[str], where: str) -> tuple[np.ndarray, str]:
    """Return numbers (rows,) with the digits of cells such as `?0.2`, and what is to be said of these.

    `is_text` tells which of `cells` are no number and no gap. Raises BadData for other text, and where over a tenth of
    the filled cells bear marks: then these may mean something.
    """
    rows = np.flatnonzero(is_text)
    if not len(rows):
        return values, ""
    read = {int(row): _digits(str(cells[row])) for row in rows}
    strange = next((row for row, digits in read.items() if digits is None), None)
    if strange is not None:
        cell = quoted(str(cells[strange]))
        raise BadData(
            f"{where} holds text ({cell}) in data row {strange + 1}; a series is of numbers. Write a number there, or "
            "leave the cell empty."
        )
    filled, first = len(rows) + int((~np.isnan(values)).sum()), quoted(str(cells[rows[0]]))
    what = f"{len(rows):,} of {filled:,} cells hold marks beside the digits, such as {first} in data row {rows[0] + 1}"
    if len(rows) > FEW * filled:
        raise BadData(f"{where}: {what}. Where so many do, say what they mean: write plain numbers, or empty cells.")
    values = values.copy()
    values[rows] = list(read.values())
    return values, f"{what}: read as {values[rows[0]]:g}"


def continued(values: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Return numbers (rows,) whose gaps are filled with the last number before, which were filled, and words on it.

    A gap at the start stays. Raises BadData for a gap of over 5 rows, and where over a tenth of the rows are missing.
    """
    missing = np.isnan(values)
    places = np.maximum.accumulate(np.where(missing, -1, np.arange(len(values))))
    gaps = missing & (places >= 0)
    if not gaps.any():
        return values, gaps, ""
    count, begun = int(gaps.sum()), int((places >= 0).sum())
    last, longest = _longest(gaps)
    if longest > LONGEST_GAP or count > FEW * begun:
        raise BadData(
            f"{where} is missing in {count:,} of {begun:,} rows, {longest:,} of them in succession up to data row "
            f"{last + 1}; gaps are filled forward up to {LONGEST_GAP} rows and a tenth of all. Fill in the numbers, "
            "cut the table there, or leave the column out: --ignore COLUMN."
        )
    return values[np.maximum(places, 0)], gaps, f"{count:,} of {begun:,} cells are missing: filled with the last before"


def _digits(cell: str) -> float | None:
    found = number(_MARKS.sub("", cell.strip()))
    return None if found is None or not np.isfinite(found) else found


def _longest(gaps: np.ndarray) -> tuple[int, int]:
    """Return the last place of the longest run of True, and how long it is."""
    places = np.arange(len(gaps))
    runs = places - np.maximum.accumulate(np.where(gaps, -1, places))
    return int(runs.argmax()), int(runs.max())
