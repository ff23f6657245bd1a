"""Series shortened by means: each of `length` equal stretches of time becomes one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register


@register()
@dataclass(frozen=True)
class Pool:
    """Replace `steps` times by `length` means over stretches of at most ceil(steps / length) times.

    A stretch without any number is missing, so a series that ends early still does; in others the numbers count.
    """

    steps: int
    length: int

    @classmethod
    def fit(cls, rows: np.ndarray, length: int = 512) -> Pool:
        """Return the step for `rows` (n, time, channels), no longer than they are."""
        return cls(rows.shape[1], min(length, rows.shape[1]))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Pool:
        """Return the step that `to_json` wrote; raise ValueError where it would lengthen a series."""
        if not 0 < values["length"] <= values["steps"]:
            raise ValueError(f"length is {values['length']} of {values['steps']} steps")
        return cls(values["steps"], values["length"])

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, length, channels) in float64."""
        starts = np.arange(self.length) * self.steps // self.length
        there = ~np.isnan(rows)
        with np.errstate(over="ignore", invalid="ignore"):
            sums = np.add.reduceat(np.where(there, rows, 0.0).astype(np.float64), starts, axis=1)
            return sums / np.where(counts := np.add.reduceat(there.astype(np.int64), starts, axis=1), counts, np.nan)

    def to_json(self) -> dict[str, Any]:
        """Return the name and both lengths."""
        return {"name": "pool", "steps": self.steps, "length": self.length}
