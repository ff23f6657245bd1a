"""A builder of one's own: --plugin gated.py --builder mlp,gated."""

from typing import Annotated

import keras

from zoo import register
from zoo.activations import activate, pieces
from zoo.space import Int, Part


@register("builder", accepts=("table", "image"))
def gated(
    task,
    *,
    units: Annotated[int, Int(8, 64, grid="doubling", search=(16, 32))] = 16,
    activation: Annotated[str, Part("activation", search=("relu", "elu"))] = "relu",
):
    """One layer of units, each times a gate between 0 and 1 (Dauphin 2017)."""
    inputs = keras.Input(task.input_shape, dtype=task.dtype)
    x = keras.layers.Rescaling(1 / 255)(inputs) if task.dtype == "uint8" else inputs
    x = keras.layers.Flatten()(x)
    values = activate(keras.layers.Dense(units * pieces(activation))(x), activation)
    x = keras.layers.Multiply()([values, keras.layers.Dense(units, "sigmoid")(x)])
    return keras.Model(inputs, keras.layers.Dense(task.outputs)(x), name="gated")
