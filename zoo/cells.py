"""What a cell of a table means: a number, nothing, or text; the same for training and for predictions."""

from __future__ import annotations

import math
import re

MISSING_CELLS = ("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None")

_TRUTH = {"True": 1.0, "TRUE": 1.0, "true": 1.0, "False": 0.0, "FALSE": 0.0, "false": 0.0}
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")


def number(cell: str) -> float | None:
    """Return the number a cell holds, NaN for a missing one, None for text; truth values count as 1 and 0."""
    text = cell.strip()
    if text in MISSING_CELLS:
        return math.nan
    if "_" in text:  # Python would read 1_000 as a number; tables do not mean that
        return None
    try:
        return float(text)
    except ValueError:
        return _TRUTH.get(text)


def category(cell: str) -> str | None:
    """Return the text that a cell of a column of text holds, None for a missing one.

    Spaces around it do not count, and `1.0` is the same text as `1`: a data frame with gaps writes one as the other.
    """
    text = one_line(cell)
    if text in MISSING_CELLS:
        return None
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def one_line(text: str) -> str:
    """Return the text as a name of a column or class is kept: without spaces around it, on one line."""
    return " ".join(text.split())


def quoted(text: str, most: int = 40) -> str:
    """Return a cell's text as an error message shows it: quoted, on one line, its first `most` characters."""
    return repr(text if len(text) <= most else text[:most] + "...")


def delimiter(suffix: str) -> str:
    """Return what separates the cells in a file of this suffix: tabs in `.tsv`, commas elsewhere."""
    return "\t" if suffix.lower() == ".tsv" else ","
