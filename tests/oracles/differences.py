"""Gradients by central differences: what every derivative written by hand is held against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEP = 6e-6  # the cube root of float64's precision: there rounding and curvature weigh alike


def differences(function: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Return (f(x + h) - f(x - h)) / 2h for each number of `at`, in its shape."""
    found = np.empty_like(at, dtype=np.float64)
    for place in np.ndindex(*at.shape):
        step = STEP * max(1.0, abs(at[place]))
        sides = []
        for sign in (1, -1):
            moved = at.astype(np.float64)
            moved[place] += sign * step
            sides.append(function(moved))
        found[place] = (sides[0] - sides[1]) / (2 * step)
    return found


def relative(one: np.ndarray, other: np.ndarray) -> float:
    """Return the norm of the difference over that of `other`; the plain norm where `other` is 0."""
    size = np.linalg.norm(other)
    return float(np.linalg.norm(one - other) / (size or 1.0))
