"""Convolutional network: LeCun's (1998) stages, Simonyan's (2014) small kernels, Ioffe's (2015) normalisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import keras

from zoo.builders._blocks import CHANNELS, convolution, entrance, logits
from zoo.builders._blocks import dropout as dropped
from zoo.builders._tokens import embedded
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task

PER_WINDOW = 4  # filters of a window on text for each of `filters`: Kim's 100 lie within what images need
POOLINGS = {
    "max": (keras.layers.MaxPooling1D, keras.layers.MaxPooling2D),
    "average": (keras.layers.AveragePooling1D, keras.layers.AveragePooling2D),
}


@register(accepts=("image", "text", "audio", "series"), default_for=("image", "text", "audio"))
def cnn(
    task: Task,
    *,
    stages: Annotated[int, Int(1, 5, search=(1, 2))] = 2,
    convolutions: Annotated[int, Int(1, 3, search=(1, 2))] = 1,
    filters: Annotated[int, Int(4, 128, grid="doubling", search=(8, 16, 32))] = 16,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    normalization: Annotated[str, Choice("batch", "none", "layer", search=())] = "batch",
    activation: Annotated[str, Part("activation")] = "relu",
    pooling: Annotated[str, Choice("max", "average", "strided", search=())] = "max",
    initializer: Annotated[
        str,
        Choice("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal", search=()),
    ] = "glorot_uniform",
    dropping: Annotated[str, Choice("numbers", "channels", search=())] = "numbers",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stages of `convolutions`, each halved by `pooling` with the filters doubled, then one dense layer.

    `strided` pools by a last convolution that takes every second place (Springenberg 2014). Every stage ends with
    dropout, of single numbers or of whole channels (Tompson 2015). Images and sound are looked at in both directions,
    a series along its steps. Raises Infeasible when a stage would have no place left to halve. On text the stages
    stand side by side (Kim 2014), without `pooling` or `dropping`: they look at windows of `kernel`, `kernel` + 1 ...
    tokens, with 4 times `filters` each, and pass on the largest that they find anywhere. Tokens are vectors of that
    width.
    """
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    one = partial(convolution, normalization=normalization, activation=activation, initializer=initializer)
    if task.modality == "text":
        width, several = PER_WINDOW * filters, partial(_stage, one, times=convolutions, pooling="")
        vectors, _ = embedded(x, task, width)
        windows = [several(vectors, width, kernel + stage) for stage in range(stages)]
        x = dropped(keras.layers.Concatenate()([keras.layers.GlobalMaxPooling1D()(found) for found in windows]), rate)
        return keras.Model(inputs, logits(x, task, initializer), name="cnn")
    _require_places(task, stages)
    for stage in range(stages):
        x = _stage(one, x, filters << stage, kernel, times=convolutions, pooling=pooling)
        x = dropped(x, rate, CHANNELS if dropping == "channels" else "")
    return keras.Model(inputs, logits(keras.layers.Flatten()(x), task, initializer), name="cnn")


def _stage(one: Callable[..., Any], x: Any, filters: int, kernel: int, *, times: int, pooling: str) -> Any:
    """Return `x` after a stage whose convolutions `one` makes; `pooling` "" leaves its places as they are."""
    for place in range(times):
        x = one(x, filters, kernel, stride=2 if pooling == "strided" and place == times - 1 else 1)
    return POOLINGS[pooling][len(x.shape) - 3](2)(x) if pooling in POOLINGS else x


def _require_places(task: Task, stages: int) -> None:
    smaller, what = min(task.input_shape[:-1]), "steps" if task.modality == "series" else "pixels"
    if smaller >> stages == 0:
        most = smaller.bit_length() - 1
        raise Infeasible(f"cnn.stages is {stages}; {smaller} {what} can be halved at most {most} times. Try {most}.")
