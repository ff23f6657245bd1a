"""Stretches of an axis that are hidden, as SpecAugment draws them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def hidden(draws: Any, size: int, strength: Any) -> Any:
    """Return (rows, size): which of `size` places are hidden, by two draws a row (rows, 2) between 0 and 1.

    The first gives the length, 0 to floor(strength * size), the second the first place: 0 to size - length.
    """
    most = tf.floor(strength * size)
    length = tf.minimum(tf.floor(draws[:, :1] * (most + 1)), most)
    first = tf.floor(draws[:, 1:] * (size - length + 1))
    places = tf.range(size, dtype="float32")
    return (places >= first) & (places < first + length)
