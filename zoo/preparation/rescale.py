"""Pixels between -1 and 1 over the training rows, by one scale for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register


@register()
@dataclass(frozen=True)
class Rescale:
    """Divide every number by the largest absolute value among the training rows."""

    largest: float

    @classmethod
    def fit(cls, rows: np.ndarray) -> Rescale:
        """Return the scale of `rows` (n, ...); rows of zeros alone are divided by 1."""
        return cls(float(np.abs(rows).max()) or 1.0)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Rescale:
        """Return the step that `to_json` wrote."""
        return cls(values["largest"])

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows in float32, rescaled; float64 rows give the same bits as float32 ones."""
        return rows.astype(np.float32) / np.float32(self.largest)

    def to_json(self) -> dict[str, Any]:
        """Return the name and the scale."""
        return {"name": "rescale", "largest": self.largest}
