"""Parts that several builders share: the way in, dropout with a Live rate, the way out."""

from __future__ import annotations

from typing import Any

import keras

from zoo.builders._draws import uniform
from zoo.task import Task


class LiveDropout(keras.layers.Layer):
    """Inverted dropout (Srivastava 2014) whose rate is read anew at each step.

    `rate` is a scalar variable that Keras must not count among the model's weights, so a function returns it.
    """

    def __init__(self, rate: Any) -> None:
        super().__init__()
        self.read_rate = lambda: rate
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, x: Any, training: bool = False) -> Any:
        """Drop in training, pass through otherwise; the shape stays."""
        if not training:
            return x
        rate = keras.ops.cast(self.read_rate(), "float32")
        kept = keras.ops.cast(uniform(x, self.seed_generator) >= rate, "float32")
        return x * keras.ops.cast(kept / (1 - rate), x.dtype)  # a product has half as many operations as a choice


def dropout(x: Any, rate: Any) -> Any:
    """Apply dropout: the stock layer for a number, a LiveDropout for the variable of a compiled program."""
    stock = isinstance(rate, (int, float))
    return (keras.layers.Dropout(rate) if stock else LiveDropout(rate))(x)


def batch_norm(x: Any) -> Any:
    """Normalise by batch statistics (Ioffe 2015, algorithm 1); moving averages follow within some 20 steps.

    Keras's momentum of .99 needs hundreds of steps: on small data the first epochs would be judged on stale averages.
    """
    return keras.layers.BatchNormalization(momentum=0.9)(x)


def entrance(task: Task) -> tuple[Any, Any]:
    """Return the input and the tensor to go on with; pixels in bytes are rescaled to 0..1 inside the graph."""
    inputs = keras.Input(task.input_shape, dtype=task.dtype)
    is_bytes = task.dtype == "uint8"
    return inputs, keras.layers.Rescaling(1 / 255)(inputs) if is_bytes else inputs


def logits(x: Any, task: Task) -> Any:
    """Return one unscaled score a class, (rows, task.outputs)."""
    return keras.layers.Dense(task.outputs, name="logits")(x)
