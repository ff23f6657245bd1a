"""Self-attention of stock layers and products, which LiteRT computes in floats and in integers alike."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from zoo.builders._sequences import far

LONGEST_WAVE = 10_000.0  # as in the paper


def attention(x: Any, heads: int, present: Any = None) -> Any:
    """Return softmax(Q K^T / sqrt(d)) V of each head, joined and projected, (rows, steps, width) as `x` is.

    Vaswani (2017), section 3.2: each head has width / heads numbers, d. Of a text only tokens are looked at, which
    `present` (rows, steps, 1) marks. Keys have no bias: it would add one number to all scores of a step, and without
    it padding scores 0 before it is put far below the tokens.
    """
    length, width = x.shape[1:]
    seen = x if present is None else keras.layers.Multiply()([x, present])
    asked, keys, values = (keras.layers.Dense(width, use_bias=bias)(seen) for bias in (True, False, True))
    asked = keras.layers.Rescaling((width // heads) ** -0.5)(asked)
    scores = keras.ops.matmul(_parted(asked, heads, (2, 1, 3)), _parted(keys, heads, (2, 3, 1)))
    if present is not None:
        scores = keras.layers.Add()([scores, keras.layers.Reshape((1, 1, length))(far(present))])
    found = keras.ops.matmul(keras.layers.Softmax()(scores), _parted(values, heads, (2, 1, 3)))
    together = keras.layers.Reshape((length, width))(keras.layers.Permute((2, 1, 3))(found))
    return keras.layers.Dense(width)(together)


def waves(length: int, width: int) -> np.ndarray:
    """Return the sine of position / 10,000^(2i / width) at 2i and its cosine at 2i + 1, (length, width) float32.

    Vaswani (2017), section 3.5.
    """
    places = np.arange(length)[:, np.newaxis] / LONGEST_WAVE ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(places), np.cos(places)], axis=-1).reshape(length, -1)[:, :width].astype("float32")


def _parted(x: Any, heads: int, axes: tuple[int, int, int]) -> Any:
    """Return what each head has of `x` (rows, steps, width), with (steps, heads, numbers) put in the order `axes`."""
    length, width = x.shape[1:]
    return keras.layers.Permute(axes)(keras.layers.Reshape((length, heads, width // heads))(x))
