"""Swish with a learned beta."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register


@register()
def swish_beta(x: Any) -> Any:
    """Return x sigmoid(beta x), the beta of each channel learned from 1 on (Ramachandran 2017, section 4).

    At beta 0 it is x / 2, with growing beta it nears the rectifier. `x` is (rows, channels), a series or an image.
    """
    return x * keras.ops.sigmoid(_scaled(x))


def _scaled(x: Any) -> Any:
    """Return x times one learned factor a channel: a depthwise convolution of width 1."""
    options = {"use_bias": False, "depthwise_initializer": "ones"}
    if len(x.shape) == 4:
        return keras.layers.DepthwiseConv2D(1, **options)(x)
    if len(x.shape) == 3:
        return keras.layers.DepthwiseConv1D(1, **options)(x)
    channels = x.shape[-1]
    return keras.layers.Reshape((channels,))(
        keras.layers.DepthwiseConv1D(1, **options)(keras.layers.Reshape((1, channels))(x))
    )
