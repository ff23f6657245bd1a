"""Parametric rectifier."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register(without=("int16x8",))
def prelu(x: Any) -> Any:
    """Return x above 0 and a x elsewhere, the slope a of each channel learned from .25 on (He 2015, section 2.1).

    The places of an image or a series share it. The L2 penalty leaves it alone, as in the paper.
    """
    places = list(range(1, len(x.shape) - 1))
    return keras.layers.PReLU(keras.initializers.Constant(0.25), shared_axes=places or None)(x)
