"""Series whose channels have mean 0 and standard deviation 1 over the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.registry import register


@register()
@dataclass(frozen=True)
class Normalise:
    """Subtract each channel's mean, then divide by its standard deviation (ddof 0), over all rows and times.

    A series that ends early, in NaN, is continued with the mean, which is 0 afterwards; NaN before a number stays.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def fit(cls, rows: np.ndarray) -> Normalise:
        """Return means and deviations of `rows` (n, ..., channels), over what is there; a constant is divided by 1."""
        fitted = [_fitted(rows[..., channel].astype(np.float64)) for channel in range(rows.shape[-1])]
        return cls(*(tuple(values) for values in zip(*fitted, strict=True)))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Normalise:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["means"]), tuple(values["deviations"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, ..., channels) in float64, normalised, of the same shape."""
        with np.errstate(over="ignore"):  # Preparation.apply names the cell that overflows
            numbers = rows.astype(np.float64)
            numbers -= np.asarray(self.means)
            numbers /= np.asarray(self.deviations)
        numbers[ended(numbers)] = 0.0
        return numbers

    def to_json(self) -> dict[str, Any]:
        """Return the name, the means and the standard deviations."""
        return {"name": "normalise", "means": list(self.means), "deviations": list(self.deviations)}


def _fitted(numbers: np.ndarray) -> tuple[float, float]:
    """Return the mean and the deviation of one channel (n, ...), alone: all channels in float64 could fill memory."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(np.nanmean(numbers)), float(np.nanstd(numbers))
    if not (np.isfinite(mean) and np.isfinite(deviation)):
        raise BadData(f"a series reaches {np.nanmax(np.abs(numbers)):g}, which cannot be averaged. Use larger units.")
    is_constant = deviation == 0 or np.nanmin(numbers) == np.nanmax(numbers)
    return mean, 1.0 if is_constant else deviation


def ended(rows: np.ndarray) -> np.ndarray:
    """Return where series (n, time, channels) have ended: no number comes at that time or later."""
    if rows.ndim < 3:
        return np.zeros(rows.shape, bool)
    missing = np.isnan(rows)
    return np.logical_and.accumulate(missing[:, ::-1], axis=1)[:, ::-1] if missing.any() else missing
