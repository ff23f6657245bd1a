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
        numbers = rows.astype(np.float64).reshape(-1, rows.shape[-1])
        with np.errstate(over="ignore", invalid="ignore"):
            means, deviations = np.nanmean(numbers, axis=0), np.nanstd(numbers, axis=0)
        if not (np.isfinite(means) & np.isfinite(deviations)).all():
            raise BadData(
                f"a series reaches {np.nanmax(np.abs(numbers)):g}, which cannot be averaged. Use larger units."
            )
        is_constant = (np.nanmin(numbers, axis=0) == np.nanmax(numbers, axis=0)) | (deviations == 0)
        return cls(tuple(means.tolist()), tuple(np.where(is_constant, 1.0, deviations).tolist()))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Normalise:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["means"]), tuple(values["deviations"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, ..., channels) in float64, normalised, of the same shape."""
        with np.errstate(over="ignore"):  # Preparation.apply names the cell that overflows
            numbers = (rows.astype(np.float64) - np.asarray(self.means)) / np.asarray(self.deviations)
        return np.where(ended(numbers), 0.0, numbers)

    def to_json(self) -> dict[str, Any]:
        """Return the name, the means and the standard deviations."""
        return {"name": "normalise", "means": list(self.means), "deviations": list(self.deviations)}


def ended(rows: np.ndarray) -> np.ndarray:
    """Return where series (n, time, channels) have ended: no number comes at that time or later."""
    if rows.ndim < 3:
        return np.zeros(rows.shape, bool)
    return np.logical_and.accumulate(np.isnan(rows)[:, ::-1], axis=1)[:, ::-1]
