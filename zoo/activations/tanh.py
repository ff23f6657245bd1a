"""Hyperbolic tangent."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def tanh(x: Any) -> Any:
    """Return (e^x - e^-x) / (e^x + e^-x) = 2 sigmoid(2x) - 1, odd and between -1 and 1: its mean stays near 0."""
    return keras.ops.tanh(x)
