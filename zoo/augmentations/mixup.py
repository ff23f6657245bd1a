"""Mix rows, and their answers, with those of other rows."""

from __future__ import annotations

from typing import Annotated, Any

import keras
import tensorflow as tf

from zoo.augmentations._layer import Mixing
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image", "table", "series", "audio"), mixes=True)
class Mixup(Mixing):
    """Mix each row with another one of its batch (Zhang 2018); strength is the alpha of their shares' Beta(a, a).

    Row i becomes share x[i] + (1 - share) x[partner], and its loss is mixed alike; at small alpha most shares are
    near 0 or 1. Bytes are rounded.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 2.0, search=(0.0, 0.4)), Live] = 0.2) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> tuple[Any, Any, Any]:
        """Return the mixed batch, the place of each row's partner (rows,) and its own share (rows,)."""
        partners = tf.argsort(self.uniform(x))
        alpha = tf.maximum(strength, 1e-3)
        shares = tf.sigmoid(self._log_gamma(x, alpha) - self._log_gamma(x, alpha))
        parts = tf.reshape(shares, [-1] + [1] * (x.shape.rank - 1))
        numbers = tf.cast(x, "float32")
        mixed = parts * numbers + (1 - parts) * tf.gather(numbers, partners)
        return tf.cast(tf.round(mixed) if x.dtype == tf.uint8 else mixed, x.dtype), partners, shares

    def _log_gamma(self, x: Any, alpha: Any) -> Any:
        """Return the logarithm of Gamma(alpha) draws (rows,), which themselves underflow at small alpha.

        Marsaglia (2000), section 6: Gamma(alpha) is Gamma(alpha + 1) U^(1/alpha).
        """
        larger = keras.random.gamma((tf.shape(x)[0],), alpha + 1, seed=self.seed_generator)
        return tf.math.log(larger) + tf.math.log(self.uniform(x, low=1e-30)) / alpha
