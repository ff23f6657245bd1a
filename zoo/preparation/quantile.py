"""Columns spread evenly by rank over the training rows, as normal or as uniform numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from zoo.preparation._columns import flags
from zoo.registry import register

MOST, LEAST, ROWS = 1000, 10, 30  # knots of a column: at most, at least, and training rows for each


@register()
@dataclass(frozen=True)
class Quantile:
    """Put each number where its rank among the training rows would lie in another distribution.

    A column has `knots`, ascending, and a value at each; numbers between two knots lie on a straight line between
    their values, numbers beyond the first and last get theirs. The values are of a standard normal distribution, or
    evenly from -1 to 1. Columns without knots, those of 0 and 1, stay as they are.
    """

    knots: tuple[tuple[float, ...], ...]
    values: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, rows: np.ndarray, normal: bool = True) -> Quantile:
        """Return the knots of `rows` (n, columns): a thirtieth as many as rows, but 10 to 1,000 (Gorishniy 2022)."""
        numbers = rows.astype(np.float64)
        shares = np.linspace(0, 1, max(min(len(numbers) // ROWS, MOST), LEAST))
        chosen = zip(numbers.T, flags(numbers), strict=True)
        found = [((), ()) if is_flag else _knots(cells, shares, normal) for cells, is_flag in chosen]
        return cls(tuple(knots for knots, _ in found), tuple(values for _, values in found))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Quantile:
        """Return the step that `to_json` wrote."""
        return cls(tuple(map(tuple, values["knots"])), tuple(map(tuple, values["values"])))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, columns) in float64."""
        numbers = rows.astype(np.float64)
        for column, (knots, values) in enumerate(zip(self.knots, self.values, strict=True)):
            if knots:
                numbers[:, column] = _between(numbers[:, column], knots, values)
        return numbers

    def to_json(self) -> dict[str, Any]:
        """Return the name, and each column's knots and values."""
        return {"name": "quantile", "knots": list(map(list, self.knots)), "values": list(map(list, self.values))}


def _knots(cells: np.ndarray, shares: np.ndarray, normal: bool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return different knots and their values; a knot at several shares lies at the mean of these.

    Shares keep half a row's distance from 0 and 1, where a normal distribution is infinite.
    """
    half = 0.5 / len(cells)
    knots, places = np.unique(np.quantile(cells, shares), return_inverse=True)
    middle = np.bincount(places, np.clip(shares, half, 1 - half)) / np.bincount(places)
    values = map(NormalDist().inv_cdf, middle) if normal else 2 * middle - 1
    return tuple(knots.tolist()), tuple(map(float, values))


def _between(cells: np.ndarray, knots: tuple[float, ...], values: tuple[float, ...]) -> np.ndarray:
    """Return the straight lines between knots at `cells` (n,); what is not a finite number stays so."""
    return np.where(np.isfinite(cells), np.interp(cells, knots, values), cells)
