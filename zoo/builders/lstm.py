"""Long short-term memory: Hochreiter's (1997) cell with the forget gate of Gers (2000)."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._recurrent import Reading
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("series", "image", "text", "audio"), default_for=("series", "text", "audio"))
def lstm(
    task: Task,
    *,
    layers: Annotated[int, Int(1, 4, search=(1, 2))] = 1,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128))] = 128,
    direction: Annotated[str, Choice("forward", "bidirectional", search=("forward", "bidirectional"))] = "forward",
    pooling: Annotated[str, Choice("auto", "last", "mean", "max", "attention", search=())] = "auto",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stacked LSTM `layers` of `units`, each followed by dropout; the last one's final state goes to a dense layer.

    A series is read step by step, an image row by row from the top, sound frame by frame. `bidirectional` reads both
    ways (Schuster 1997) and doubles the weights. The forget gate starts open (bias 1), as Jozefowicz (2015) advises.
    A text is read token by token as vectors `units` wide; its answer comes from the largest of each state instead of
    the last, since padding follows the last token (Conneau 2017). `pooling` other than `auto` says for any rows which
    states answer: the last, their mean or maximum, or a sum weighted by learned attention (Yang 2016).
    """

    def cell(whole: bool) -> keras.layers.Layer:
        # Keras's usual Glorot takes the four gates for one wide layer; so small a start cost .02 accuracy on digits
        return keras.layers.LSTM(units, return_sequences=whole, kernel_initializer="he_uniform")

    return Reading(cell, units, layers, direction, pooling).network(task, "lstm", dropout)
