"""Plain recurrent network: Elman's (1990) units, whose state is their own last answer."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._recurrent import Reading
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("series", "image", "text", "audio"), default_for=())
def rnn(
    task: Task,
    *,
    layers: Annotated[int, Int(1, 4, search=(1, 2))] = 1,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128))] = 128,
    direction: Annotated[str, Choice("forward", "bidirectional", search=("forward", "bidirectional"))] = "forward",
    pooling: Annotated[str, Choice("auto", "last", "mean", "max", "attention", search=())] = "auto",
    activation: Annotated[str, Choice("tanh", "relu", search=())] = "tanh",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stacked `layers` of `units` that answer h = tanh(W x + U h + b), each followed by dropout; then a dense layer.

    U starts orthogonal; with `relu` it starts as the identity (Le 2015), or gradients would vanish or explode. Rows
    are read, and `direction` and `pooling` mean, as in lstm; without gates what is long past is soon forgotten.
    LiteRT has no operator for it: a file holds the operators of each step, at most 128.
    """
    start = {"tanh": ("glorot_uniform", "orthogonal"), "relu": ("he_uniform", "identity")}[activation]

    def cell(whole: bool) -> keras.layers.Layer:
        return keras.layers.SimpleRNN(
            units,
            activation,
            return_sequences=whole,
            kernel_initializer=start[0],
            recurrent_initializer=start[1],
        )

    return Reading(cell, units, layers, direction, pooling).network(task, "rnn", dropout)
