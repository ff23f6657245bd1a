"""A loss of one's own: --plugin log_cosh.py --set train.loss=log_cosh."""

import tensorflow as tf

from zoo import register


@register("loss", kinds=("regression",))
def log_cosh(y, scores):
    """Return ln cosh e for each row (rows,): e^2 / 2 near 0 and |e| - ln 2 far away."""
    error = tf.abs(scores - y if len(y.shape) > 1 else scores[:, 0] - y)
    losses = error + tf.math.softplus(-2 * error) - tf.math.log(2.0)
    return tf.reduce_mean(losses, axis=-1) if len(losses.shape) > 1 else losses
