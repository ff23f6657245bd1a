"""Images resampled along their height and their width alone: two small matrices an image, no gather."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def interpolation(positions: Any, size: int) -> Any:
    """Return matrices (rows, targets, size) that read `positions` (rows, targets), linearly, from `size` pixels.

    A position beyond the first or the last pixel reads that pixel.
    """
    inside = tf.clip_by_value(positions, 0.0, size - 1.0)[:, :, tf.newaxis]
    return tf.nn.relu(1.0 - tf.abs(inside - tf.range(size, dtype="float32")))


def resampled(numbers: Any, down: Any, across: Any) -> Any:
    """Return float32 images (rows, height, width, channels) times `down` (rows, height, height) and `across` alike."""
    height, width, channels = numbers.shape[1:]
    wide = tf.matmul(down, tf.reshape(numbers, (-1, height, width * channels)))
    turned = tf.transpose(tf.reshape(wide, (-1, height, width, channels)), (0, 2, 1, 3))
    tall = tf.matmul(across, tf.reshape(turned, (-1, width, height * channels)))
    return tf.transpose(tf.reshape(tall, (-1, width, height, channels)), (0, 2, 1, 3))
