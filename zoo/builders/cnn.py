"""Convolutional network: LeCun's (1998) stages, Simonyan's (2014) small kernels, Ioffe's (2015) normalisation."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.builders._blocks import batch_norm, entrance, logits
from zoo.builders._blocks import dropout as dropped
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("image",), default_for=("image",))
def cnn(
    task: Task,
    *,
    stages: Annotated[int, Int(1, 5, search=(1, 2))] = 2,
    convolutions: Annotated[int, Int(1, 3, search=(1, 2))] = 1,
    filters: Annotated[int, Int(4, 128, grid="doubling", search=(8, 16, 32))] = 16,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    normalization: Annotated[str, Choice("batch", "none", search=())] = "batch",
    activation: Annotated[str, Choice("relu", "elu", "tanh", "leaky_relu", "sigmoid", search=())] = "relu",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stages of `convolutions`, each halved by max pooling with the filters doubled, then one dense layer.

    Every stage ends with dropout. Raises Infeasible when a stage would have no pixel left to halve.
    """
    _require_pixels(task, stages)
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    for stage in range(stages):
        for _ in range(convolutions):
            x = _convolution(x, filters << stage, kernel, normalization, activation)
        x = dropped(keras.layers.MaxPooling2D()(x), rate)
    return keras.Model(inputs, logits(keras.layers.Flatten()(x), task), name="cnn")


def _convolution(x: Any, filters: int, kernel: int, normalization: str, activation: str) -> Any:
    normalized = normalization == "batch"  # its beta makes the convolution's own bias idle
    x = keras.layers.Conv2D(filters, kernel, padding="same", use_bias=not normalized)(x)
    return keras.layers.Activation(activation)(batch_norm(x) if normalized else x)


def _require_pixels(task: Task, stages: int) -> None:
    smaller = min(task.input_shape[:2])
    if smaller >> stages == 0:
        most = smaller.bit_length() - 1
        raise Infeasible(f"cnn.stages is {stages}; {smaller} pixels can be halved at most {most} times. Try {most}.")
