"""Times out of the cells of a table: seconds since 1970 for dates, the numbers themselves for numbers."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from zoo.raw.cells import MISSING_CELLS, number

NUMBER, ISO = "number", "iso"
# ways to write a time beside ISO 8601, of which the first that fits every cell is taken
WRITTEN = (
    *("%Y-%m", "%Y/%m/%d", "%Y/%m", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%m/%d/%y", "%d/%m/%y", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y"),
    *("%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y-Q%q", "%YQ%q"),
)
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
AMBIGUOUS = {"%m/%d/%Y": "%d/%m/%Y", "%d-%m-%Y": "%m-%d-%Y", "%m/%d/%y": "%d/%m/%y"}
QUARTER = 3  # months


def reader_of_times(cells: Sequence[str]) -> str | None:
    """Return how these cells write times, as `seconds` takes it: NUMBER, ISO or a pattern; None if no way fits all.

    Eight digits are a day where every cell is a plausible one, as 20240131. Where day and month could be either, the
    way in which more cells follow one another is taken, month first if none is better.
    """
    distinct = list(dict.fromkeys(cell.strip() for cell in cells))
    if all(_read(ISO, cell) is not None and not cell.isdecimal() for cell in distinct):
        return ISO
    if all(len(cell) == 8 and cell.isdecimal() and _read("%Y%m%d", cell) is not None for cell in distinct):
        return "%Y%m%d"
    if all(_read(NUMBER, cell) is not None for cell in distinct):
        return NUMBER
    ways = (pattern + clock for pattern in WRITTEN for clock in CLOCKS)
    found = next((way for way in ways if all(_read(way, cell) is not None for cell in distinct)), None)
    return found and _likelier(found, distinct)


def seconds(cell: str, way: str) -> float:
    """Return the time that a cell holds, NaN for one that is missing or written in another way."""
    found = _read(way, cell.strip())
    return math.nan if found is None else found


def twin(way: str) -> str | None:
    """Return the way with day and month exchanged, None where there is no doubt."""
    both = {**AMBIGUOUS, **{other: one for one, other in AMBIGUOUS.items()}}
    return next((way.replace(one, other, 1) for one, other in both.items() if way.startswith(one)), None)


def written(time: float, way: str) -> str:
    """Return a time as a person reads it: 1960-12, 1990-12-31, 2024-01-31 13:00, or the number."""
    if way == NUMBER:
        return f"{time:.10g}"
    found = datetime.fromtimestamp(time, UTC)
    day = found.strftime("%Y-%m" if way in ("%Y-%m", "%Y/%m", "%b %Y", "%B %Y") else "%Y-%m-%d")
    return day if (found.hour, found.minute, found.second) == (0, 0, 0) else found.strftime("%Y-%m-%d %H:%M:%S")


def _read(way: str, cell: str) -> float | None:
    if cell in MISSING_CELLS:
        return None
    try:
        return _WAYS.get(way, _pattern)(cell, way)
    except (ValueError, OverflowError):
        return None


def _number(cell: str, way: str) -> float | None:
    found = number(cell)
    return None if found is None or not math.isfinite(found) else found


def _iso(cell: str, way: str) -> float:
    return _seconds(datetime.fromisoformat(cell))


def _pattern(cell: str, way: str) -> float:
    if "%q" not in way:
        return _seconds(datetime.strptime(cell, way))
    year, _, quarter = cell.upper().replace("-", "").partition("Q")
    if not (year.isdecimal() and quarter in ("1", "2", "3", "4")):
        raise ValueError(cell)
    return _seconds(datetime(int(year), 1 + QUARTER * (int(quarter) - 1), 1))


def _seconds(time: datetime) -> float:
    """Return seconds since 1970 UTC; a time without a zone is taken for UTC."""
    return calendar.timegm(time.utctimetuple()) + time.microsecond / 1e6


def _likelier(way: str, cells: Sequence[str]) -> str:
    other = twin(way)
    if other is None or any(_read(other, cell) is None for cell in cells):
        return way
    return max((way, other), key=lambda one: _in_order(one, cells))


def _in_order(way: str, cells: Sequence[str]) -> int:
    times = [seconds(cell, way) for cell in cells]
    return sum(one < two for one, two in zip(times, times[1:], strict=False))


_WAYS: dict[str, Callable[[str, str], float | None]] = {NUMBER: _number, ISO: _iso}
