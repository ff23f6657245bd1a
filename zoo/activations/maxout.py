"""Maxout over two affine pieces."""

from __future__ import annotations

from typing import Any

import keras

from zoo.registry import register

PIECES = 2  # as `pieces` says below, where it must be a literal


@register(pieces=2)
def maxout(x: Any) -> Any:
    """Return the largest of each unit's affine pieces (Goodfellow 2013): 2 units channels in, units channels out.

    The layer before it makes the pieces of one unit side by side, and twice the weights of another activation's.
    """
    *rest, channels = x.shape[1:]
    apart = keras.layers.Reshape((*(-1 if size is None else size for size in rest), channels // PIECES, PIECES))(x)
    return keras.ops.max(apart, axis=-1)
