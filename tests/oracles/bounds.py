"""What is done to a gradient before an optimizer follows it: clipping, and a step to where it is worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def by_value(gradients: Sequence[np.ndarray], most: float) -> list[np.ndarray]:
    """Return gradients without a number beyond `most`."""
    return [np.clip(one, -most, most) for one in gradients]


def by_norm(gradients: Sequence[np.ndarray], most: float) -> list[np.ndarray]:
    """Return gradients of which each is shrunk by itself to the norm `most` where it is longer (Pascanu 2013)."""
    return [one * min(1.0, most / max(np.linalg.norm(one), most)) for one in gradients]


def by_global_norm(gradients: Sequence[np.ndarray], most: float) -> list[np.ndarray]:
    """Return gradients shrunk alike to the norm `most` of them all, where that is longer."""
    norm = np.sqrt(sum((one**2).sum() for one in gradients))
    return [one * (most / max(norm, most)) for one in gradients]


def sharpest(weights: Sequence[np.ndarray], gradients: Sequence[np.ndarray], radius: float) -> list[np.ndarray]:
    """Return w + rho g / |g|: where the loss is highest nearby, to first order (Foret 2021, equation 2)."""
    norm = np.sqrt(sum((one**2).sum() for one in gradients))
    return [weight + radius * one / norm for weight, one in zip(weights, gradients, strict=True)]


BOUNDS = {"clip_value": by_value, "clip_variable_norm": by_norm, "clip_norm": by_global_norm}
