"""Temporal convolutional network (Bai 2018): causal convolutions whose reach doubles from block to block."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.activations import activate, pieces
from zoo.builders._blocks import CHANNELS, entrance, logits, normalized
from zoo.builders._blocks import dropout as dropped
from zoo.builders._sequences import pooled, steps
from zoo.builders._tokens import embedded
from zoo.errors import Infeasible
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task


@register(accepts=("series", "image", "text", "audio"), default_for=())
def tcn(
    task: Task,
    *,
    blocks: Annotated[int, Int(1, 8, search=(2, 3))] = 3,
    filters: Annotated[int, Int(8, 256, grid="doubling", search=(16, 32, 64))] = 32,
    kernel: Annotated[int, Choice(2, 3, 5, 7, search=(3, 5))] = 5,
    normalization: Annotated[str, Choice("batch", "layer", "none", search=())] = "batch",
    activation: Annotated[str, Part("activation", search=())] = "relu",
    pooling: Annotated[str, Choice("auto", "last", "mean", "max", "attention", search=())] = "auto",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Residual `blocks` of two convolutions over the past, whose taps are 1, 2, 4 ... steps apart; a dense layer.

    A step sees 1 + 2 (kernel - 1)(2^blocks - 1) steps, itself the last of them. What the last step sees answers, of a
    text the largest of each number over the tokens, unless `pooling` says otherwise; rows are read as in lstm.
    Dropout takes whole channels. Normalisation stands for the paper's weight norm, which Keras does not have. Raises
    Infeasible when the taps of the last block would be as far apart as a row is long.
    """
    _require_reach(task, blocks)
    inputs, x = entrance(task)
    rate, present = live("dropout", dropout), None
    if task.modality == "text":
        x, present = embedded(x, task, filters)
    x = steps(x, task)
    for block in range(blocks):
        x = _residual(x, (filters, kernel, 1 << block), normalization, activation, rate)
    usual = "last" if present is None else "max"
    x = pooled([x], usual if pooling == "auto" else pooling, present)
    return keras.Model(inputs, logits(x, task), name="tcn")


def _residual(x: Any, shape: tuple[int, int, int], normalization: str, activation: str, rate: Any) -> Any:
    """Return activation(x + F(x)); where the number of channels changes, x is projected.

    `shape` is filters, kernel and dilation. An activation of several pieces, which halves its channels, is left out
    behind the sum.
    """
    filters, kernel, dilation = shape
    inner = x
    for _ in range(2):
        inner = keras.layers.Conv1D(
            filters * pieces(activation),
            kernel,
            padding="causal",
            dilation_rate=dilation,
            use_bias=normalization != "batch",  # batch norm's beta makes it idle
            kernel_initializer="he_normal",
        )(inner)
        inner = dropped(activate(normalized(inner, normalization), activation), rate, CHANNELS)
    kept = x if x.shape[-1] == filters else keras.layers.Conv1D(filters, 1)(x)
    total = keras.layers.Add()([inner, kept])
    return activate(total, activation) if pieces(activation) == 1 else total


def _require_reach(task: Task, blocks: int) -> None:
    length = task.input_shape[0]
    if 1 << (blocks - 1) >= max(2, length):
        most = max(1, (length - 1).bit_length())
        raise Infeasible(f"tcn.blocks is {blocks}; rows of {length} steps are enough for {most}. Try {most}.")
