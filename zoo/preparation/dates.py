"""Columns of times become years, and the months, days, weekdays and hours as points on circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register

DAY = 86_400  # seconds
YEAR, CIRCLES = "year", {"month": 12, "day": 31, "weekday": 7, "hour": 24}  # and into how many parts each is cut
THURSDAY = 3  # 1970-01-01, where Monday is 0


@register()
@dataclass(frozen=True)
class Dates:
    """The parts of the times in certain `columns`; the other columns stay, and come first.

    A raw cell holds seconds since 1970 UTC, NaN when it is missing. `parts` lists for each column those that vary over
    the training rows: the year, a number; the month, day, weekday and hour, each the sine and cosine of its part of a
    turn. A missing time is of the middle year, and in the middle of each circle; where training rows lack times, one
    more column marks these.
    """

    columns: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]
    years: tuple[float, ...]
    gaps: tuple[bool, ...]

    @classmethod
    def fit(cls, rows: np.ndarray, columns: Sequence[int] = ()) -> Dates:
        """Return the parts of those `columns` of `rows` (n, columns) that hold times."""
        cells = [rows[:, column].astype(np.float64) for column in columns]
        found = [_parts(times[~np.isnan(times)]) for times in cells]
        varying = tuple(tuple(part for part, values in parts.items() if len(np.unique(values)) > 1) for parts in found)
        years = tuple(float(np.median(parts[YEAR])) for parts in found)
        return cls(tuple(columns), varying, years, tuple(bool(np.isnan(times).any()) for times in cells))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Dates:
        """Return the step that `to_json` wrote."""
        parts = tuple(map(tuple, values["parts"]))
        return cls(tuple(values["columns"]), parts, tuple(values["years"]), tuple(values["gaps"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, others + parts and marks) in float64: the other columns, then each time's parts."""
        numbers = np.delete(rows.astype(np.float64), self.columns, axis=1)
        facts = zip(self.columns, self.parts, self.years, self.gaps, strict=True)
        return np.column_stack([numbers, *(_encoded(rows[:, column], *rest) for column, *rest in facts)])

    def to_json(self) -> dict[str, Any]:
        """Return the name, the columns, and for each its parts, its middle year and whether gaps are marked."""
        return {
            "name": "dates",
            "columns": list(self.columns),
            "parts": list(map(list, self.parts)),
            "years": list(self.years),
            "gaps": list(self.gaps),
        }


def _parts(times: np.ndarray) -> dict[str, np.ndarray]:
    """Return the year and, from 0 and with fractions of hours, the other parts of seconds since 1970, (n,) each."""
    days = np.floor(times / DAY)
    with np.errstate(invalid="ignore"):  # of times beyond all calendars
        dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return {
        YEAR: dates.astype("datetime64[Y]").astype(np.int64) + 1970.0,
        "month": months.astype(np.int64) % 12.0,
        "day": (dates - months).astype(np.float64),
        "weekday": (days + THURSDAY) % 7,
        "hour": (times - days * DAY) / 3600,
    }


def _encoded(times: np.ndarray, parts: Sequence[str], year: float, gaps: bool) -> np.ndarray:
    times = times.astype(np.float64)
    is_missing = ~np.isfinite(times)
    found = _parts(np.where(is_missing, 0.0, times))
    columns = [np.where(is_missing, year, found[YEAR])] if YEAR in parts else []
    for part in (part for part in parts if part != YEAR):
        angle = 2 * np.pi * found[part] / CIRCLES[part]
        columns += [np.where(is_missing, 0.0, np.sin(angle)), np.where(is_missing, 0.0, np.cos(angle))]
    marks = [is_missing.astype(np.float64)] if gaps else []
    return np.column_stack([*columns, *marks]) if columns or marks else np.empty((len(times), 0))
