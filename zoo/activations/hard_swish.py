"""Piecewise quadratic swish."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(plain=True, without=("int16x8",))
def hard_swish(x: Any) -> Any:
    """Return x relu6(x + 3) / 6 (Howard 2019): swish without an exponential, one operator of LiteRT."""
    return keras.ops.hard_silu(x)
