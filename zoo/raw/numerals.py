"""Numbers with a decimal comma, or with signs between thousands: which cells are written so, and what they mean."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from zoo.errors import BadData
from zoo.raw.cells import MISSING_CELLS, number, quoted

COMMA, POINT = "comma", "point"  # what stands before the fraction
STYLES = (COMMA, POINT)
MARKS = ",. \u00a0\u202f"  # with the spaces that keep a number on one line
_SPACES = "[ \u00a0\u202f]"


def _written(decimal: str, thousands: str) -> re.Pattern[str]:
    grouped = "|".join(f"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+" for sign in (thousands, _SPACES))
    return re.compile(rf"[+-]?(?:(?:{grouped}|[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+)(?:[eE][+-]?[0-9]+)?")


_WRITTEN = {COMMA: _written(",", r"\."), POINT: _written(r"\.", ",")}
_PLAIN = {
    COMMA: str.maketrans({",": ".", ".": "", **dict.fromkeys(MARKS[2:], "")}),
    POINT: str.maketrans({",": "", **dict.fromkeys(MARKS[2:], "")}),
}


def fits(cell: str, style: str) -> bool:
    """Return whether a cell without spaces around it is a number of this style: 1.234,50 or 1 234,5; 1,234.50."""
    return _WRITTEN[style].fullmatch(cell) is not None


def plain(cell: str, style: str) -> str:
    """Return a number of this style as Python writes it: 1.234,50 as 1234.50."""
    return cell.translate(_PLAIN[style])


def with_comma(cell: str) -> float | None:
    """Return the number of a cell with a decimal comma, NaN for a missing one, None for all else."""
    return _read(cell, COMMA)


def with_point(cell: str) -> float | None:
    """Return the number of a cell with commas between thousands, NaN for a missing one, None for all else."""
    return _read(cell, POINT)


READERS: dict[str | None, Callable[[str], float | None]] = {COMMA: with_comma, POINT: with_point, None: number}
WORDS = {
    with_comma: "number with a decimal comma",
    with_point: "number with a decimal point",
    number: "number",
}


def is_numeral(cell: str) -> bool:
    """Return whether a cell is missing or a number in any style."""
    return number(cell) is not None or any(fits(cell.strip(), style) for style in STYLES)


def in_plain(cells: Sequence[str], style: str | None, where: str, before: int = 0) -> list[str]:
    """Return cells with the numbers of a style as Python writes them; others, such as texts, stay as they are.

    Raises BadData for a number in another style, whose data row is counted from `before`.
    """
    if style is None:
        return list(cells)
    read = {cell: _in_plain(cell, style) for cell in dict.fromkeys(cells)}
    odd = next((cell for cell, found in read.items() if found is None), None)
    if odd is not None:
        row = before + list(cells).index(odd) + 1
        raise BadData(
            f"{where} holds {quoted(odd)} in data row {row}; each cell must be a {WORDS[READERS[style]]}, as those "
            "that were learned from. Write it so."
        )
    return [str(read[cell]) for cell in cells]


def _in_plain(cell: str, style: str) -> str | None:
    text = cell.strip()
    if fits(text, style):
        return plain(text, style)
    return cell if text in MISSING_CELLS or number(text) is None else None


def _read(cell: str, style: str) -> float | None:
    text = cell.strip()
    if text in MISSING_CELLS:
        return math.nan
    return float(plain(text, style)) if fits(text, style) else None
