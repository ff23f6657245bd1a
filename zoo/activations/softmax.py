"""Softmax over the channels."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def softmax(x: Any) -> Any:
    """Return e^x_k / sum_j e^x_j over the last axis, taken after subtracting the largest: positive, and 1 in all."""
    return keras.ops.softmax(x)
