"""The scale of a target: models learn quantities in standard deviations from the training rows' mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData


@dataclass(frozen=True)
class Scale:
    """The mean and the standard deviation (ddof 0) of a quantity over the training rows, in its own units."""

    mean: float
    deviation: float

    @classmethod
    def fit(cls, y: np.ndarray) -> Scale:
        """Return the scale of `y` (rows,); raise BadData where it is constant or too large to average."""
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(y.mean(dtype=np.float64)), float(y.std(dtype=np.float64))
        if not np.isfinite([mean, deviation]).all():
            raise BadData(f"the target reaches {np.abs(y).max():g}, which cannot be averaged. Use a larger unit.")
        if deviation == 0:
            raise BadData(f"the target is {mean:g} in every training row; there is nothing to learn. Name another one.")
        return cls(mean, deviation)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Scale:
        """Return the scale that `to_json` wrote."""
        return cls(float(values["mean"]), float(values["deviation"]))

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Return quantities in standard deviations from the mean, float32 of the same shape."""
        return ((np.asarray(y, np.float64) - self.mean) / self.deviation).astype(np.float32)

    def undo(self, y: np.ndarray) -> np.ndarray:
        """Return quantities in their own units, float64 of the same shape."""
        return np.asarray(y, np.float64) * self.deviation + self.mean

    def to_json(self) -> dict[str, float]:
        """Return the scale as plain JSON values."""
        return asdict(self)
