"""Depthwise separable convolutions (Howard 2017), stacked as for keyword spotting (Zhang 2017, Hello Edge)."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.activations import activate, pieces
from zoo.builders._blocks import batch_norm, convolution, entrance, logits
from zoo.builders._blocks import dropout as dropped
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task

SOUND = 10, 4  # frames and bands that the first convolution sees of sound (Zhang 2017, table 7)


@register(accepts=("image", "audio"), default_for=())
def ds_cnn(
    task: Task,
    *,
    blocks: Annotated[int, Int(1, 8, search=(2, 4))] = 4,
    filters: Annotated[int, Int(8, 256, grid="doubling", search=(16, 32, 64))] = 64,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    stride: Annotated[int, Choice(2, 1, search=())] = 2,
    activation: Annotated[str, Part("activation")] = "relu",
    initializer: Annotated[
        str,
        Choice("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal", search=()),
    ] = "glorot_uniform",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """A convolution of `stride`, then `blocks` of a depthwise and a pointwise one, their mean, one dense layer.

    Each convolution is followed by batch norm and activation. The first one looks at 10 frames by 4 bands of sound, at
    `kernel` x `kernel` pixels of an image. Dropout follows it, and the last block. With the defaults and sound it is
    the DS-CNN of MLPerf Tiny (Banbury 2021), but for biases, which batch norm makes idle.
    """
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    first = SOUND if task.modality == "audio" else kernel
    x = dropped(convolution(x, filters, first, stride=stride, activation=activation, initializer=initializer), rate)
    for _ in range(blocks):
        x = _depthwise(x, kernel, activation, initializer)
        x = convolution(x, filters, 1, activation=activation, initializer=initializer)
    x = keras.layers.GlobalAveragePooling2D()(dropped(x, rate))
    return keras.Model(inputs, logits(x, task, initializer), name="ds_cnn")


def _depthwise(x: Any, kernel: int, activation: str, initializer: str) -> Any:
    """Return each channel convolved by a kernel of its own, or by as many as the activation makes one of."""
    layer = keras.layers.DepthwiseConv2D(
        kernel,
        padding="same",
        depth_multiplier=pieces(activation),
        use_bias=False,
        depthwise_initializer=initializer,
    )
    return activate(batch_norm(layer(x)), activation)
