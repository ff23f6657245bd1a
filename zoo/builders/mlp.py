"""Multilayer perceptron."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.builders._tokens import averaged
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(
    accepts=("table", "image", "series", "text", "audio"),
    default_for=("table", "image", "series", "text"),
    dense=True,
)
def mlp(
    task: Task,
    *,
    depth: Annotated[int, Int(1, 8, search=(1, 2, 3))] = 2,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128, 256))] = 64,
    activation: Annotated[str, Choice("relu", "elu", "tanh", "leaky_relu", "sigmoid", search=("relu", "elu"))] = "relu",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Flatten the input, then `depth` dense layers of `units`, each followed by dropout.

    Of a text the mean over the vectors of its tokens is taken, `units` wide (deep averaging network, Iyyer 2015).
    """
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    x = averaged(x, task, units) if task.modality == "text" else keras.layers.Flatten()(x)
    for _ in range(depth):
        x = keras.layers.Dense(units, activation=activation)(x)
        x = dropped(x, rate)
    return keras.Model(inputs, logits(x, task), name="mlp")
