"""Images on their way through arithmetic: floats inside, the batch's own dtype and range outside."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def as_numbers(x: Any) -> Any:
    """Return images in float32."""
    return tf.cast(x, "float32")


def full_range(x: Any) -> float:
    """Return the distance from black to white: 255 in bytes, 1 in prepared floats."""
    return 255.0 if x.dtype == tf.uint8 else 1.0


def as_before(numbers: Any, x: Any) -> Any:
    """Return `numbers` in the dtype of the images `x`, kept within what its pixels can be.

    Bytes are rounded. Floats lie between -1 and 1, and not below 0 in an image that was nowhere below 0.
    """
    if x.dtype == tf.uint8:
        return tf.cast(tf.clip_by_value(tf.round(numbers), 0.0, 255.0), "uint8")
    lowest = tf.reduce_min(x, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(numbers, tf.where(lowest < 0, -1.0, 0.0), 1.0)
