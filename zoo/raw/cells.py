"""What a cell of a table means: a number, nothing, or text; the same for training and for predictions."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

MISSING_CELLS = ("", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None")

_TRUTH = {"True": 1.0, "TRUE": 1.0, "true": 1.0, "False": 0.0, "FALSE": 0.0, "false": 0.0}
_SIGNS = re.compile(r"[$€£¥%\s]")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
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


def is_truth(cell: str) -> bool:
    """Return whether a cell holds a truth value."""
    return cell.strip() in _TRUTH


def adorned(texts: Collection[str]) -> str:
    """Return the first text that is a number but for $ € £ ¥ %, spaces or commas, where most texts are numbers then.

    Returns "" where there is none.
    """
    signed = [text for text in texts if number(text) is None and _is_signed(text)]
    numbers = sum(number(text) is not None for text in texts) + len(signed)
    return signed[0] if signed and 2 * numbers > len(texts) else ""


def _is_signed(text: str) -> bool:
    bare = _SIGNS.sub("", text)
    bare = bare.replace(",", "") if _THOUSANDS.fullmatch(bare) else _decimal(bare)
    return bare not in MISSING_CELLS and bare not in _TRUTH and number(bare) is not None


def _decimal(text: str) -> str:
    """Return the text with a point for a decimal comma, and without the points that then part thousands."""
    return text.replace(".", "").replace(",", ".") if text.count(",") == 1 else text


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
