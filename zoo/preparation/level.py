"""Windows of a series without their own level: what is learned is by how much values lie above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register
from zoo.scale import level_of


@register()
@dataclass(frozen=True)
class Level:
    """Subtract from each channel of each row its last value, or its mean: `of` is "last" or "mean".

    The targets of a forecast lose the same level of the first channel, as Scale says, and predictions regain it.
    """

    of: str

    @classmethod
    def fit(cls, rows: np.ndarray, of: str = "last") -> Level:
        """Return the step; nothing is learned from `rows`."""
        return cls(of)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Level:
        """Return the step that `to_json` wrote; raise ValueError for another level."""
        if values["of"] not in ("last", "mean"):
            raise ValueError(f"of is {values['of']!r}")
        return cls(values["of"])

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, time, channels) in float64 above their level, of the same shape."""
        return rows.astype(np.float64) - level_of(rows, self.of)[:, np.newaxis]

    def to_json(self) -> dict[str, Any]:
        """Return the name and which level is subtracted."""
        return {"name": "level", "of": self.of}
