"""The border of a model file: the type of the numbers that go in or come out, and the grid that integers lie on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Border:
    """The dtype at one end of a file, and its grid: a number is (integer - zero_point) * scale; None without one."""

    dtype: str
    scale: float | None = None
    zero_point: int = 0

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> Border:
        """Return the border that LiteRT's interpreter gives `details` of."""
        dtype, (scale, zero_point) = np.dtype(details["dtype"]), details["quantization"]
        is_grid = scale > 0 and dtype.kind in "iu"
        return cls(dtype.name, float(scale), int(zero_point)) if is_grid else cls(dtype.name)

    def enter(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers `x` as the file takes them; halves round away from zero, as LiteRT's own QUANTIZE does."""
        if self.scale is None:
            return x.astype(self.dtype, copy=False)
        steps = x.astype(np.float32) / np.float32(self.scale)
        rounded = np.copysign(np.floor(np.abs(steps) + np.float32(0.5)), steps) + self.zero_point
        limits = np.iinfo(self.dtype)
        return np.clip(rounded, limits.min, limits.max).astype(self.dtype)

    def leave(self, y: np.ndarray) -> np.ndarray:
        """Return the numbers that the file means by its output `y`."""
        if self.scale is None:
            return y
        return (y.astype(np.float32) - np.float32(self.zero_point)) * np.float32(self.scale)

    def to_json(self) -> dict[str, Any]:
        """Return the border as plain JSON values; without a grid that is the dtype alone."""
        grid = {} if self.scale is None else {"scale": self.scale, "zero_point": self.zero_point}
        return {"dtype": self.dtype, **grid}
