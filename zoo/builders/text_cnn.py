"""Convolutions over words (Kim 2014): windows of several lengths side by side, each looking for its own phrases."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.activations import activate, pieces
from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.builders._sequences import pooled
from zoo.builders._tokens import embedded
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task


@register(accepts=("text",), default_for=())
def text_cnn(
    task: Task,
    *,
    width: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64))] = 64,
    windows: Annotated[int, Int(1, 5, search=(2, 3))] = 3,
    kernel: Annotated[int, Int(1, 7, search=(2, 3))] = 3,
    filters: Annotated[int, Int(8, 512, grid="doubling", search=(64, 128))] = 128,
    activation: Annotated[str, Part("activation", search=())] = "relu",
    pooling: Annotated[str, Choice("max", "mean", "attention", search=())] = "max",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.5,
) -> keras.Model:
    """`filters` convolutions over each of `windows` lengths, `kernel`, `kernel` + 1 ...; the largest find of each.

    Tokens are vectors of `width`. A window stands at each token; where it goes beyond the text it sees zeros. Finds
    are pooled over the tokens alone, so padding leaves no trace, go through dropout and then to a dense layer. The
    paper has windows of 3, 4 and 5 words, 100 filters, a dropout of .5 and a max-norm of 3. In cnn, which takes text
    too, windows are normalised by batch statistics.
    """
    inputs, tokens = entrance(task)
    vectors, present = embedded(tokens, task, width)
    found = []
    for size in range(kernel, kernel + windows):
        convolved = keras.layers.Conv1D(filters * pieces(activation), size, padding="same")(vectors)
        found.append(pooled([activate(convolved, activation)], pooling, present))
    x = keras.layers.Concatenate()(found) if windows > 1 else found[0]
    return keras.Model(inputs, logits(dropped(x, live("dropout", dropout)), task), name="text_cnn")
