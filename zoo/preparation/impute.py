"""Missing cells become the column's median over the training rows, and are marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register


@register()
@dataclass(frozen=True)
class Impute:
    """Fill missing cells (NaN) with the median of their column; columns with gaps get a column that marks these.

    `medians` hold one value a column, `marked` the places of the columns that have gaps in the training rows.
    """

    medians: tuple[float, ...]
    marked: tuple[int, ...] = ()

    @classmethod
    def fit(cls, rows: np.ndarray) -> Impute:
        """Return the medians of `rows` (n, columns), each over the cells that are there."""
        numbers = rows.astype(np.float64)
        gaps = np.flatnonzero(np.isnan(numbers).any(axis=0))
        return cls(tuple(np.nanmedian(numbers, axis=0).tolist()), tuple(gaps.tolist()))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Impute:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["medians"]), tuple(values.get("marked", ())))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, columns + marked) in float64 without missing cells; a mark is 1 where one was filled."""
        numbers = rows.astype(np.float64)
        gaps = np.isnan(numbers)
        return np.column_stack([np.where(gaps, np.asarray(self.medians), numbers), gaps[:, list(self.marked)]])

    def to_json(self) -> dict[str, Any]:
        """Return the name, the medians and the marked columns."""
        return {"name": "impute", "medians": list(self.medians), "marked": list(self.marked)}
