"""Gated recurrent units (Cho 2014): two gates and one state, three quarters of an LSTM's weights."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._recurrent import Reading
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("series", "image", "text", "audio"), default_for=())
def gru(
    task: Task,
    *,
    layers: Annotated[int, Int(1, 4, search=(1, 2))] = 1,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128))] = 128,
    direction: Annotated[str, Choice("forward", "bidirectional", search=("forward", "bidirectional"))] = "forward",
    pooling: Annotated[str, Choice("auto", "last", "mean", "max", "attention", search=())] = "auto",
    reset: Annotated[str, Choice("after", "before", search=())] = "after",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stacked GRU `layers` of `units`, each followed by dropout; the last one's final state goes to a dense layer.

    h = z h + (1 - z) tanh(W x + b + r (U h + c)): the reset gate r acts `after` the product with U, as in Keras and
    cuDNN, one product a step. `before` is the paper's tanh(W x + U (r h) + b), two. Rows are read, and `direction`
    and `pooling` mean, as in lstm. LiteRT has no operator for it: a file holds the operators of each step, at most 128.
    """

    def cell(whole: bool) -> keras.layers.Layer:
        after = reset == "after"
        # he_uniform as for lstm: Glorot would take the three gates for one wide layer
        return keras.layers.GRU(units, return_sequences=whole, reset_after=after, kernel_initializer="he_uniform")

    return Reading(cell, units, layers, direction, pooling).network(task, "gru", dropout)
