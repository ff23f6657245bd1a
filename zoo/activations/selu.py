"""Scaled exponential linear unit."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # for which mean 0 and variance 1 are kept (equation 14)


@register(without=("int8", "int16x8"))
def selu(x: Any) -> Any:
    """Return scale x above 0 and scale alpha (e^x - 1) elsewhere (Klambauer 2017, equation 2).

    Layers between such units keep mean 0 and variance 1 when they start from `lecun_normal`. It is made of ELU, for
    LiteRT has no operator of its own for it.
    """
    return SCALE * keras.ops.elu(x, ALPHA)
