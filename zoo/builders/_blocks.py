"""Parts that several builders share: the way in, dropout with a Live rate, normalisation, activation, the way out."""

from __future__ import annotations

from typing import Any

import keras

from zoo.activations import activate, pieces
from zoo.builders._draws import uniform
from zoo.task import Task

CHANNELS, ROW = "channels", "row"  # what dropout may take together


class LiveDropout(keras.layers.Layer):
    """Inverted dropout (Srivastava 2014) whose rate is read anew at each step.

    `rate` is a scalar variable that Keras must not count among the model's weights, or what gives it, so a function
    returns it. With `together` all places of a channel, or all numbers of a row, stay or go at once. `draws` are
    random numbers that another layer counts among its own: as its `counted`, behind its own ones.
    """

    def __init__(self, rate: Any, together: str = "", *, draws: Any = None, counted: Any = None) -> None:
        super().__init__()
        self.read_rate = rate if callable(rate) else lambda: rate
        self.together = together
        if draws is None:
            self.seed_generator = draws = keras.random.SeedGenerator(0)
        if counted is not None:
            self.counted = counted
        self.read_draws = lambda: draws

    def call(self, x: Any, training: bool = False) -> Any:
        """Drop in training, pass through otherwise; the shape stays."""
        if not training:
            return x
        rate = keras.ops.cast(self.read_rate(), "float32")
        kept = keras.ops.cast(uniform(_drawn_for(x, self.together), self.read_draws()) >= rate, "float32")
        return x * keras.ops.cast(kept / (1 - rate), x.dtype)  # a product has half as many operations as a choice


def dropout(x: Any, rate: Any, together: str = "", counted: Any = None) -> Any:
    """Apply dropout: the stock layer for a number, a LiveDropout for the variable of a compiled program.

    With `together` "channels" whole channels of steps or pixels go (Tompson 2015), as neighbours say much the same.
    """
    if not isinstance(rate, (int, float)):
        return LiveDropout(rate, together, counted=counted)(x)
    if together == CHANNELS:
        return (keras.layers.SpatialDropout1D if len(x.shape) == 3 else keras.layers.SpatialDropout2D)(rate)(x)
    return keras.layers.Dropout(rate)(x)


def batch_norm(x: Any) -> Any:
    """Normalise by batch statistics (Ioffe 2015, algorithm 1); moving averages follow within some 20 steps.

    Keras's momentum of .99 needs hundreds of steps: on small data the first epochs would be judged on stale averages.
    """
    return keras.layers.BatchNormalization(momentum=0.9)(x)


def normalized(x: Any, how: str) -> Any:
    """Normalise by `how`: "batch", "layer"; other words leave `x` as it is.

    Layer norm (Ba 2016) takes mean and variance over the channels, of each row and each step or pixel by itself.
    """
    if how == "layer":
        return keras.layers.LayerNormalization()(x)
    return batch_norm(x) if how == "batch" else x


def convolution(
    x: Any,
    filters: int,
    kernel: int | tuple[int, int],
    *,
    stride: int = 1,
    normalization: str = "batch",
    activation: str = "",
    initializer: str = "glorot_uniform",
) -> Any:
    """Convolve over the steps of (rows, steps, channels) or the pixels of (rows, height, width, channels).

    Then follow normalisation, "later" where the next layer does it, and activation, "" for none; `filters` channels
    leave, and with `stride` 1 every place.
    """
    layer = keras.layers.Conv1D if len(x.shape) == 3 else keras.layers.Conv2D
    made = layer(
        filters * (pieces(activation) if activation else 1),
        kernel,
        stride,
        padding="same",
        use_bias=normalization not in ("batch", "later"),  # batch norm's beta makes it idle
        kernel_initializer=initializer,
    )
    x = normalized(made(x), normalization)
    return activate(x, activation) if activation else x


def entrance(task: Task) -> tuple[Any, Any]:
    """Return the input and the tensor to go on with; pixels in bytes are rescaled to 0..1 inside the graph."""
    inputs = keras.Input(task.input_shape, dtype=task.dtype)
    is_bytes = task.dtype == "uint8"
    return inputs, keras.layers.Rescaling(1 / 255)(inputs) if is_bytes else inputs


def logits(x: Any, task: Task, initializer: str = "glorot_uniform", name: str = "logits") -> Any:
    """Return one unscaled score a class, (rows, task.outputs)."""
    return keras.layers.Dense(task.outputs, kernel_initializer=initializer, name=name)(x)


def _drawn_for(x: Any, together: str) -> Any:
    """Return the part of `x` that has one number for each that is drawn."""
    if not together:
        return x
    places = [slice(1)] * (len(x.shape) - 2)
    return x[(slice(None), *places, slice(1) if together == ROW else slice(None))]
