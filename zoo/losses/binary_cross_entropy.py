"""Cross entropy of two classes in its two-term form."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.registry import register


@register(kinds=("classification",), classes=2)
def binary_cross_entropy(y: Any, scores: Any, *, label_smoothing: Any = 0.0) -> Any:
    """Return -t ln s - (1 - t) ln(1 - s) for each row (rows,), s the sigmoid of the second score minus the first.

    That is cross_entropy of two classes in another form, and equal to it; `label_smoothing` e makes targets of
    e / 2 and 1 - e / 2.
    """
    target = tf.cast(y, scores.dtype) * (1 - label_smoothing) + label_smoothing / 2
    return tf.nn.sigmoid_cross_entropy_with_logits(target, scores[:, 1] - scores[:, 0])
