"""Convolutional network: LeCun's (1998) stages, Simonyan's (2014) small kernels, Ioffe's (2015) normalisation."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import keras

from zoo.builders._blocks import batch_norm, entrance, logits
from zoo.builders._blocks import dropout as dropped
from zoo.builders._tokens import embedded
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task

PER_WINDOW = 4  # filters of a window on text for each of `filters`: Kim's 100 lie within what images need


@register(accepts=("image", "text", "audio"), default_for=("image", "text", "audio"))
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

    Every stage ends with dropout. Raises Infeasible when a stage would have no pixel left to halve. On text the stages
    stand side by side (Kim 2014): they look at windows of `kernel`, `kernel` + 1 ... tokens, with 4 times `filters`
    each, and pass on the largest that they find anywhere. Tokens are vectors of that width.
    """
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    convolved = partial(_convolved, times=convolutions, normalization=normalization, activation=activation)
    if task.modality == "text":
        vectors, _ = embedded(x, task, PER_WINDOW * filters)
        windows = [convolved(vectors, PER_WINDOW * filters, kernel + stage) for stage in range(stages)]
        x = dropped(keras.layers.Concatenate()([keras.layers.GlobalMaxPooling1D()(found) for found in windows]), rate)
        return keras.Model(inputs, logits(x, task), name="cnn")
    _require_pixels(task, stages)
    for stage in range(stages):
        x = dropped(keras.layers.MaxPooling2D()(convolved(x, filters << stage, kernel)), rate)
    return keras.Model(inputs, logits(keras.layers.Flatten()(x), task), name="cnn")


def _convolved(x: Any, filters: int, kernel: int, times: int, normalization: str, activation: str) -> Any:
    normalized = normalization == "batch"  # its beta makes the convolution's own bias idle
    convolution = keras.layers.Conv1D if len(x.shape) == 3 else keras.layers.Conv2D
    for _ in range(times):
        x = convolution(filters, kernel, padding="same", use_bias=not normalized)(x)
        x = keras.layers.Activation(activation)(batch_norm(x) if normalized else x)
    return x


def _require_pixels(task: Task, stages: int) -> None:
    smaller = min(task.input_shape[:2])
    if smaller >> stages == 0:
        most = smaller.bit_length() - 1
        raise Infeasible(f"cnn.stages is {stages}; {smaller} pixels can be halved at most {most} times. Try {most}.")
