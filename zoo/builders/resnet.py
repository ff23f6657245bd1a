"""Residual network of two convolutions a block (He 2016), with the small stem that CIFAR and MLPerf Tiny use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import keras

from zoo.activations import activate
from zoo.builders._blocks import batch_norm, convolution, entrance, logits
from zoo.builders._blocks import dropout as dropped
from zoo.builders._depth import StochasticDepth
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task


@register(accepts=("image", "audio"), default_for=())
def resnet(
    task: Task,
    *,
    stages: Annotated[int, Int(1, 5, search=(2, 3))] = 3,
    blocks: Annotated[int, Int(1, 9, search=(1, 2))] = 1,
    filters: Annotated[int, Int(4, 128, grid="doubling", search=(8, 16, 32))] = 16,
    kernel: Annotated[int, Choice(3, 5, search=())] = 3,
    pre_activation: Annotated[bool, Choice(False, True, search=())] = False,
    activation: Annotated[str, Part("activation")] = "relu",
    initializer: Annotated[
        str,
        Choice("he_normal", "he_uniform", "glorot_uniform", "glorot_normal", "lecun_normal", "orthogonal", search=()),
    ] = "he_normal",
    stochastic_depth: Annotated[float, Float(0.0, 0.9, search=()), Live] = 0.0,
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stages of `blocks` residual blocks, each halving the image and doubling the filters, then one dense layer.

    The first stage keeps the size of the image. With `pre_activation` normalisation and activation go before each
    convolution, and what is added up stays as it is (He 2016, Identity mappings in deep residual networks). In
    training the last block is left out with the probability `stochastic_depth`, the ones before it less often (Huang
    2016). The average over all pixels goes through dropout. Raises Infeasible when a stage would have no pixel left.
    """
    _require_pixels(task, stages)
    inputs, x = entrance(task)
    depth = StochasticDepth.of(live("stochastic_depth", stochastic_depth), stages * blocks)
    one, block_of = partial(convolution, initializer=initializer), _pre_activated if pre_activation else _activated
    first = {"normalization": "later"} if pre_activation else {"activation": activation}
    x = one(x, filters, kernel, **first)
    for place in range(stages * blocks):
        stage, block = divmod(place, blocks)
        stride, added = 2 if stage and not block else 1, partial(depth.added, block=place + 1)
        x = block_of(x, filters << stage, kernel, stride, activation, one, added)
    x = activate(batch_norm(x), activation) if pre_activation else x
    x = dropped(keras.layers.GlobalAveragePooling2D()(x), live("dropout", dropout), counted=depth.draws)
    return keras.Model(inputs, logits(x, task), name="resnet")


Convolve = Callable[..., Any]


def _activated(x: Any, filters: int, kernel: int, stride: int, activation: str, one: Convolve, added: Convolve) -> Any:
    """Return activation(x + F(x)), F of two convolutions; where the shape changes, x is projected (option B)."""
    inner = one(one(x, filters, kernel, stride=stride, activation=activation), filters, kernel)
    if stride > 1 or x.shape[-1] != filters:
        x = one(x, filters, 1, stride=stride)
    return activate(added(inner, x), activation)


def _pre_activated(
    x: Any, filters: int, kernel: int, stride: int, activation: str, one: Convolve, added: Convolve
) -> Any:
    """Return x + F(x), F beginning with normalisation and activation; where the shape changes, what these give is
    projected in place of x.
    """
    before = activate(batch_norm(x), activation)
    inner = one(before, filters, kernel, stride=stride, activation=activation)
    inner = one(inner, filters, kernel, normalization="later")
    if stride > 1 or x.shape[-1] != filters:
        x = one(before, filters, 1, stride=stride, normalization="later")
    return added(inner, x)


def _require_pixels(task: Task, stages: int) -> None:
    smaller = min(task.input_shape[:2])
    if smaller >> (stages - 1) == 0:
        most = smaller.bit_length()
        raise Infeasible(f"resnet.stages is {stages}; {smaller} pixels are enough for {most}. Try {most}.")
