"""Logistic sigmoid."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e^-x), S-shaped between 0 and 1. Its slope is 1/4 at most, so gradients vanish in deep stacks."""
    return keras.ops.sigmoid(x)
