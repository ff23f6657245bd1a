"""Exponential linear unit."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.registry import register
from zoo.space import Float, Live


@register(without=("int8", "int16x8"))
def elu(x: Any, *, alpha: Annotated[float, Float(0.0, 10.0, search=()), Live] = 1.0) -> Any:
    """Return x above 0 and alpha (e^x - 1) elsewhere (Clevert 2015, equation 15): its negative answers are its point.

    With them the mean stays near 0. It falls to -`alpha`.
    """
    if isinstance(alpha, (int, float)):
        return keras.layers.Activation("elu")(x) if alpha == 1 else keras.layers.ELU(alpha)(x)
    y = keras.ops.elu(x)
    return y * keras.ops.where(y > 0, keras.ops.ones_like(alpha), alpha)  # a factor of 1 leaves every bit as it was
