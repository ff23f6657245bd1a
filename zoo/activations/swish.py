"""Swish with beta 1, also called SiLU."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True)
def swish(x: Any) -> Any:
    """Return x sigmoid(x) (Elfwing 2018; Ramachandran 2017 with beta 1): smooth, and slightly negative below 0."""
    return keras.ops.silu(x)
