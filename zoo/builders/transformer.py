"""Transformer encoder (Vaswani 2017) with normalisation before each part (Xiong 2020), small enough for boards."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.activations import activate, pieces
from zoo.builders._attention import attention, waves
from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.builders._sequences import pooled, steps
from zoo.builders._tokens import embedded
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task

WIDER = 4  # the hidden layer of a block, times `width`, as in the paper
LEARNED_SPREAD = 0.02  # of learned positions at the start, as in BERT (Devlin 2019)


@register(accepts=("series", "image", "text", "audio"), default_for=())
def transformer(
    task: Task,
    *,
    blocks: Annotated[int, Int(1, 6, search=(1, 2))] = 2,
    width: Annotated[int, Int(8, 256, grid="doubling", search=(32, 64))] = 64,
    heads: Annotated[int, Choice(1, 2, 4, 8, search=(2, 4))] = 4,
    positions: Annotated[str, Choice("sinusoidal", "learned", "none", search=())] = "sinusoidal",
    activation: Annotated[str, Part("activation", search=())] = "relu",
    pooling: Annotated[str, Choice("mean", "max", "last", "attention", search=())] = "mean",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.1,
) -> keras.Model:
    """`blocks` of self-attention and two dense layers, each added to what it was given; the mean over steps answers.

    Each step of a row, read as in lstm, becomes `width` numbers and gets its position: sines and cosines, or a vector
    learned for each step. The hidden layer of a block is 4 times as wide. Tokens of a text look at tokens only, and
    `pooling` means what it does in lstm. Dropout follows the positions and both parts of a block. Raises Infeasible
    when `heads` do not divide `width`.
    """
    _require_division(width, heads)
    inputs, x = entrance(task)
    rate, present = live("dropout", dropout), None
    if task.modality == "text":
        x, present = embedded(x, task, width)
        x = keras.layers.Rescaling(width**0.5)(x)  # as in the paper: positions would drown what starts so small
    x = dropped(_placed(steps(x, task), width, positions), rate)
    for _ in range(blocks):
        x = _added(x, attention(_normalized(x), heads, present), rate)
        x = _added(x, _transformed(_normalized(x), activation), rate)
    x = pooled([_normalized(x)], pooling, present)
    return keras.Model(inputs, logits(x, task), name="transformer")


def _placed(x: Any, width: int, positions: str) -> Any:
    """Return the steps `x` as (rows, steps, width), each with its position added."""
    length = x.shape[1]
    if positions == "learned":  # a bias for each step
        start = keras.initializers.RandomNormal(stddev=LEARNED_SPREAD)
        layer = keras.layers.EinsumDense("bsf,fw->bsw", (length, width), bias_axes="sw", bias_initializer=start)
        return layer(x)
    projected = keras.layers.Dense(width)(x)
    return keras.ops.add(projected, waves(length, width)) if positions == "sinusoidal" else projected


def _normalized(x: Any) -> Any:
    return keras.layers.LayerNormalization()(x)


def _added(x: Any, change: Any, rate: Any) -> Any:
    return keras.layers.Add()([x, dropped(change, rate)])


def _transformed(x: Any, activation: str) -> Any:
    width = x.shape[-1]
    hidden = keras.layers.Dense(WIDER * width * pieces(activation))(x)
    return keras.layers.Dense(width)(activate(hidden, activation))


def _require_division(width: int, heads: int) -> None:
    if width % heads:
        most = next(number for number in (4, 2, 1) if width % number == 0)
        raise Infeasible(f"transformer.heads is {heads}, which does not divide the width of {width}. Try {most}.")
