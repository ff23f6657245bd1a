"""Columns of a few large numbers among many small ones, drawn together by the logarithm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.preparation._columns import flags
from zoo.registry import register

SKEWED = 1.0  # the least skewness of a column that the logarithm is tried on


@register()
@dataclass(frozen=True)
class Logarithm:
    """Replace x in certain `columns` by sign(x) log(1 + |x|)."""

    columns: tuple[int, ...]

    @classmethod
    def fit(cls, rows: np.ndarray) -> Logarithm:
        """Return those columns of `rows` (n, columns) that are skewed, and half as skewed or less as logarithms.

        Skewness is the mean cube of standardised numbers.
        """
        places = np.flatnonzero(~flags(rows))
        numbers = rows[:, places].astype(np.float64)
        before, after = np.abs(skewness(numbers)), np.abs(skewness(signed_log(numbers)))
        return cls(tuple(places[(before > SKEWED) & (after <= before / 2)].tolist()))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Logarithm:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["columns"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, columns) in float64."""
        numbers = rows.astype(np.float64)
        chosen = list(self.columns)
        numbers[:, chosen] = signed_log(numbers[:, chosen])
        return numbers

    def to_json(self) -> dict[str, Any]:
        """Return the name and the columns."""
        return {"name": "logarithm", "columns": list(self.columns)}


def signed_log(numbers: np.ndarray) -> np.ndarray:
    """Return sign(x) log(1 + |x|) of each number, of the same shape."""
    return np.sign(numbers) * np.log1p(np.abs(numbers))


def skewness(numbers: np.ndarray) -> np.ndarray:
    """Return the skewness of each column of `numbers` (n, columns), 0 where one is constant or too large to cube."""
    with np.errstate(all="ignore"):
        apart = numbers - numbers.mean(axis=0)
        deviations = apart.std(axis=0)
        found = ((apart / np.where(deviations == 0, 1, deviations)) ** 3).mean(axis=0)
    return np.where(np.isfinite(found), found, 0.0)
