"""Rectifier."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def relu(x: Any) -> Any:
    """Return max(x, 0) (Nair 2010). Its gradient is 0 below 0: a unit that is negative for every row learns no more."""
    return keras.ops.relu(x)
