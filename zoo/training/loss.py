"""What a batch is worth and which way is down: losses by kind of answer, the L2 penalty, clipping."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

TARGET_DTYPES = {"classification": "int32", "regression": "float32"}


def cross_entropy(y: Any, logits: Any) -> tuple[Any, Any]:
    """Return each row's -log p[y], (rows,), and how many rows have their largest score at `y` (rows,)."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
    return losses, tf.math.count_nonzero(tf.argmax(logits, -1, "int32") == y, dtype="int32")


def squared_error(y: Any, logits: Any) -> tuple[Any, Any]:
    """Return each row's squared error, (rows,), and 0: no quantity is simply right.

    `y` is (rows,), or (rows, horizon) in forecasts, whose row is worth the mean over its horizon.
    """
    if len(y.shape) > 1:
        return tf.reduce_mean(tf.square(logits - y), axis=-1), tf.constant(0)
    return tf.square(logits[:, 0] - y), tf.constant(0)


LOSSES = {"classification": cross_entropy, "regression": squared_error}


def dense(gradients: list[Any]) -> list[Any]:
    """Return the gradients as tensors: those of an embedding come as the rows that the batch touched."""
    return [tf.convert_to_tensor(gradient) for gradient in gradients]


def with_l2(gradients: list[Any], variables: list[keras.Variable], l2: Any) -> list[Any]:
    """Return the gradients of loss + l2 * sum(w^2) over the kernels: weights of rank 2 and more.

    Biases and what batch norm learns stay free. The penalty's own gradient, 2 l2 w, is added; its sum is not needed.
    """
    twice = 2 * l2
    pairs = zip(gradients, variables, strict=True)
    return [g + twice * v.value if len(v.shape) > 1 else g for g, v in pairs]


def clipped(gradients: list[Any], norm: Any, clip_norm: Any) -> list[Any]:
    """Scale the gradients together so that their global `norm` is at most `clip_norm` (Pascanu 2013); 0 leaves them.

    A norm that is not finite makes every gradient NaN, as Keras's `global_clipnorm` does.
    """
    shrunk = tf.where(tf.math.is_finite(norm), clip_norm / tf.maximum(norm, clip_norm), np.nan)
    scale = tf.where(clip_norm > 0, shrunk, 1.0)
    return [gradient * scale for gradient in gradients]
