"""The scale of a target: models learn quantities in standard deviations from the training rows' mean.

Of a forecast, quantities may first be taken from the level of the window that each follows, its last value or mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.lazy import LazyRows

SMALLEST, LARGEST = 1e-150, 1e150  # squares beyond these leave float64


WINDOWS = ("none", "last", "mean")


@dataclass(frozen=True)
class Scale:
    """The mean and the standard deviation (ddof 0) of a quantity over the training rows, in its own units.

    `window` names the level that is subtracted first: none, or the last value or the mean of each row's first channel.
    Then `of(rows)` gives the scale of these rows, whose `mean` is one number a row, (rows,).
    """

    mean: float | np.ndarray
    deviation: float
    window: str = "none"

    @classmethod
    def fit(cls, y: np.ndarray, rows: np.ndarray | LazyRows | None = None, window: str = "none") -> Scale:
        """Return the scale of `y` (rows,) or (rows, horizon) above the levels of `rows` (rows, time, channels).

        Raises BadData where that is constant, too small or too large.
        """
        if window != "none" and rows is not None:
            y = _above(y, target_levels(rows, window))
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(y.mean(dtype=np.float64)), float(y.std(dtype=np.float64))
        if y.min() == y.max():
            only = f"{y.min():g} in every training row{'' if window == 'none' else ', above its level'}"
            raise BadData(f"the target is {only}; there is nothing to learn. Name another one.")
        if not SMALLEST <= deviation <= LARGEST:
            raise BadData(_refusal(y))
        return cls(mean, deviation, window)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Scale:
        """Return the scale that `to_json` wrote; raise ValueError for a window that there is not."""
        window = values.get("window", "none")
        if window not in WINDOWS:
            raise ValueError(f"the target's window is {window!r}")
        return cls(float(values["mean"]), float(values["deviation"]), window)

    def of(self, rows: np.ndarray | LazyRows) -> Scale:
        """Return the scale of the quantities of these raw rows, (rows, time, channels) where windows have a level."""
        if self.window == "none":
            return self
        return replace(self, mean=self.mean + target_levels(rows, self.window))

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Return quantities in standard deviations from the mean, float32 of the same shape."""
        return (_above(np.asarray(y, np.float64), self.mean) / self.deviation).astype(np.float32)

    def undo(self, y: np.ndarray) -> np.ndarray:
        """Return quantities in their own units, float64 of the same shape."""
        return _above(np.asarray(y, np.float64) * self.deviation, -self.mean)

    def to_json(self) -> dict[str, Any]:
        """Return the scale as plain JSON values."""
        known = {"mean": self.mean, "deviation": self.deviation}
        return known if self.window == "none" else {**known, "window": self.window}


def level_of(rows: np.ndarray, window: str) -> np.ndarray:
    """Return the last value, or the mean, of each channel of `rows` (n, time, channels): (n, channels) float64."""
    values = rows.astype(np.float64)
    return values[:, -1] if window == "last" else values.mean(axis=1)


def target_levels(rows: np.ndarray | LazyRows, window: str) -> np.ndarray:
    """Return the levels of the first channel, that of the target, (n,) float64."""
    if isinstance(rows, LazyRows):
        return np.concatenate([np.empty(0), *(target_levels(some, window) for some in rows.chunks())])
    return level_of(rows[..., :1], window)[:, 0]


def _above(y: np.ndarray, level: float | np.ndarray) -> np.ndarray:
    """Return quantities (rows,) or (rows, horizon) above a level, or above one a row."""
    return y - (level if np.ndim(level) == 0 or y.ndim == 1 else np.asarray(level)[:, np.newaxis])


def _refusal(y: np.ndarray) -> str:
    low, high = float(y.min()), float(y.max())
    size = max(abs(low), abs(high))
    far = "large" if size > 1 else "small"
    power = min(max(-math.floor(math.log10(size)), -300), 300)
    return f"the target's range, {low:g} to {high:g}, is too {far} to be scaled. Multiply the target by 1e{power:+d}."
