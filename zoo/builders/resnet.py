"""Residual network of basic blocks (He 2016), with the small stem that CIFAR and MLPerf Tiny use."""

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


@register(accepts=("image", "audio"), default_for=())
def resnet(
    task: Task,
    *,
    stages: Annotated[int, Int(1, 5, search=(2, 3))] = 3,
    blocks: Annotated[int, Int(1, 9, search=(1, 2))] = 1,
    filters: Annotated[int, Int(4, 128, grid="doubling", search=(8, 16, 32))] = 16,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    activation: Annotated[str, Choice("relu", "elu", "tanh", "leaky_relu", "sigmoid", search=())] = "relu",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stages of `blocks` residual blocks, each halving the image and doubling the filters, then one dense layer.

    The first stage keeps the size of the image. The average over all pixels goes through dropout. Raises Infeasible
    when a stage would have no pixel left.
    """
    _require_pixels(task, stages)
    inputs, x = entrance(task)
    x = keras.layers.Activation(activation)(_normalized(x, filters, kernel))
    for stage in range(stages):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            x = _residual(x, filters << stage, kernel, stride, activation)
    x = dropped(keras.layers.GlobalAveragePooling2D()(x), live("dropout", dropout))
    return keras.Model(inputs, logits(x, task), name="resnet")


def _residual(x: Any, filters: int, kernel: int, stride: int, activation: str) -> Any:
    """Return activation(x + F(x)), F of two convolutions; where the shape changes, x is projected (option B)."""
    inner = keras.layers.Activation(activation)(_normalized(x, filters, kernel, stride))
    inner = _normalized(inner, filters, kernel)
    if stride > 1 or x.shape[-1] != filters:
        x = _normalized(x, filters, 1, stride)
    return keras.layers.Activation(activation)(keras.layers.Add()([inner, x]))


def _normalized(x: Any, filters: int, kernel: int, stride: int = 1) -> Any:
    convolution = keras.layers.Conv2D(
        filters,
        kernel,
        stride,
        padding="same",
        use_bias=False,  # batch norm's beta makes it idle
        kernel_initializer="he_normal",
    )
    return batch_norm(convolution(x))


def _require_pixels(task: Task, stages: int) -> None:
    smaller = min(task.input_shape[:2])
    if smaller >> (stages - 1) == 0:
        most = smaller.bit_length()
        raise Infeasible(f"resnet.stages is {stages}; {smaller} pixels are enough for {most}. Try {most}.")
