"""Piecewise linear sigmoid."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def hard_sigmoid(x: Any) -> Any:
    """Return relu6(x + 3) / 6 (Howard 2019): 0 up to -3, 1 from 3 on, in operators that every runtime has."""
    return keras.ops.hard_sigmoid(x)
