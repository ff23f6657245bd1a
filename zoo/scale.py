"""The scale of a target: models learn quantities in standard deviations from the training rows' mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData

SMALLEST, LARGEST = 1e-150, 1e150  # squares beyond these leave float64


@dataclass(frozen=True)
class Scale:
    """The mean and the standard deviation (ddof 0) of a quantity over the training rows, in its own units."""

    mean: float
    deviation: float

    @classmethod
    def fit(cls, y: np.ndarray) -> Scale:
        """Return the scale of `y` (rows,); raise BadData where it is constant, too small or too large."""
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(y.mean(dtype=np.float64)), float(y.std(dtype=np.float64))
        if y.min() == y.max():
            raise BadData(f"the target is {y[0]:g} in every training row; there is nothing to learn. Name another one.")
        if not SMALLEST <= deviation <= LARGEST:
            raise BadData(_refusal(y))
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


def _refusal(y: np.ndarray) -> str:
    low, high = float(y.min()), float(y.max())
    size = max(abs(low), abs(high))
    far = "large" if size > 1 else "small"
    power = min(max(-math.floor(math.log10(size)), -300), 300)
    return f"the target's range, {low:g} to {high:g}, is too {far} to be scaled. Multiply the target by 1e{power:+d}."
