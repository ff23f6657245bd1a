"""Convolutional network in the manner of LeCun 1998, with the small kernels of Simonyan 2014."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("image",))
def cnn(
    task: Task,
    *,
    stages: Annotated[int, Int(1, 5, search=(1, 2))] = 2,
    convolutions: Annotated[int, Int(1, 3, search=(1, 2))] = 1,
    filters: Annotated[int, Int(4, 128, grid="doubling", search=(8, 16, 32))] = 16,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    activation: Annotated[str, Choice("relu", "elu", "tanh", search=())] = "relu",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stages of `convolutions`, each halved by max pooling with the filters doubled, then one dense layer."""
    _require_pixels(task, stages)
    inputs, x = entrance(task)
    for stage in range(stages):
        for _ in range(convolutions):
            x = keras.layers.Conv2D(filters << stage, kernel, padding="same", activation=activation)(x)
        x = keras.layers.MaxPooling2D()(x)
    x = dropped(keras.layers.Flatten()(x), live("dropout", dropout))
    return keras.Model(inputs, logits(x, task), name="cnn")


def _require_pixels(task: Task, stages: int) -> None:
    smaller = min(task.input_shape[:2])
    if smaller >> stages == 0:
        most = smaller.bit_length() - 1
        raise Infeasible(f"cnn.stages is {stages}; {smaller} pixels can be halved at most {most} times. Try {most}.")
