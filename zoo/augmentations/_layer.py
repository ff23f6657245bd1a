"""What all augmentations share: a Live strength, a seed of their own, and rest outside training."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from zoo.live import live


class Augmentation(keras.layers.Layer):
    """Rows as they are out of training and at strength 0; else what `changed` makes of them.

    The name is the file's. `strength` is the variable `augment.<name>` inside a program and a number elsewhere; a
    function returns it, because Keras must not count it among the model's weights.
    """

    def __init__(self, strength: float) -> None:
        name = type(self).__module__.rpartition(".")[2]
        super().__init__(name=name, autocast=False)
        held = live(f"augment.{name}", strength)
        self.read_strength = lambda: held
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, x: Any, training: bool = False) -> Any:
        """Return a batch of the same shape and dtype, each row changed by draws of its own."""
        if not training:
            return x
        strength = tf.convert_to_tensor(self.read_strength(), "float32")
        return tf.cond(strength > 0, lambda: self.changed(x, strength), lambda: x)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return the batch changed by a strength above 0, a float32 scalar."""
        raise NotImplementedError

    def uniform(self, x: Any, *shape: int, low: Any = 0.0, high: Any = 1.0) -> Any:
        """Return one draw (rows, *shape) a row of the batch, evenly between `low` and `high`."""
        drawn = keras.random.uniform((tf.shape(x)[0], *shape), seed=self.seed_generator)
        return low + drawn * (high - low)

    def normal(self, shape: Any) -> Any:
        """Return numbers of that shape from the standard normal distribution."""
        return keras.random.normal(shape, seed=self.seed_generator)


class Mixing(Augmentation):
    """Rows mixed with one another: `call` returns them with whose answers they carry beside their own.

    Row i is share[i] parts of itself and 1 - share[i] parts of row partners[i]; so must its loss be.
    """

    def call(self, x: Any, training: bool = False) -> tuple[Any, Any, Any]:
        """Return the batch, partners (rows,) int32 and shares (rows,) float32: 1 where a row is itself alone."""
        itself = (x, tf.range(tf.shape(x)[0]), tf.ones(tf.shape(x)[:1]))
        if not training:
            return itself
        strength = tf.convert_to_tensor(self.read_strength(), "float32")
        return tf.cond(strength > 0, lambda: self.changed(x, strength), lambda: itself)
