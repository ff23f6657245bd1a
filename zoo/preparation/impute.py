"""Missing cells become the column's median over the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register


@register()
@dataclass(frozen=True)
class Impute:
    """Fill missing cells (NaN) with the median of their column; one value a column."""

    medians: tuple[float, ...]

    @classmethod
    def fit(cls, rows: np.ndarray) -> Impute:
        """Return the medians of `rows` (n, columns), each over the cells that are there."""
        return cls(tuple(np.nanmedian(rows.astype(np.float64), axis=0).tolist()))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Impute:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["medians"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, columns) in float64, without missing cells."""
        numbers = rows.astype(np.float64)
        return np.where(np.isnan(numbers), np.asarray(self.medians), numbers)

    def to_json(self) -> dict[str, Any]:
        """Return the name and the medians."""
        return {"name": "impute", "medians": list(self.medians)}
