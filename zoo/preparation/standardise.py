"""Columns of mean 0 and standard deviation 1 over the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.preparation._columns import flags
from zoo.registry import register


@register()
@dataclass(frozen=True)
class Standardise:
    """Subtract each column's mean, then divide by its standard deviation (that of the population, ddof 0).

    Columns of 0 and 1 stay as they are: standardised, a rare 1 would be larger than any other number.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def fit(cls, rows: np.ndarray) -> Standardise:
        """Return means and standard deviations of `rows` (n, columns); a constant column is divided by 1."""
        numbers = rows.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            means, deviations = numbers.mean(axis=0), numbers.std(axis=0)
        if not (np.isfinite(means) & np.isfinite(deviations)).all():
            largest = np.abs(numbers).max()
            raise BadData(f"a cell is {largest:g}; numbers of that size cannot be averaged. Use a larger unit.")
        is_constant = (numbers.min(axis=0) == numbers.max(axis=0)) | (deviations == 0)
        is_flag = flags(numbers)
        means, deviations = np.where(is_flag, 0.0, means), np.where(is_constant | is_flag, 1.0, deviations)
        return cls(tuple(means.tolist()), tuple(deviations.tolist()))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Standardise:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["means"]), tuple(values["deviations"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, columns) in float64, standardised."""
        with np.errstate(over="ignore"):  # Preparation.apply names the cell that overflows
            return (rows.astype(np.float64) - np.asarray(self.means)) / np.asarray(self.deviations)

    def to_json(self) -> dict[str, Any]:
        """Return the name, the means and the standard deviations."""
        return {"name": "standardise", "means": list(self.means), "deviations": list(self.deviations)}
