"""Leaky rectifier."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.registry import register
from zoo.space import Float, Live


@register()
def leaky_relu(x: Any, *, slope: Annotated[float, Float(0.0, 1.0, search=()), Live] = 0.2) -> Any:
    """Return x above 0 and slope x elsewhere (Maas 2013): no unit stops learning while the slope is above 0.

    The paper's slope is .01; the default is that of `keras.activations.leaky_relu`.
    """
    if isinstance(slope, (int, float)):
        return keras.layers.LeakyReLU(slope)(x)
    return keras.ops.where(x > 0, x, slope * x)
