"""Wide and deep: a linear model and a multilayer perceptron, added up and trained as one (Cheng 2016)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import keras

from zoo.activations import activate, pieces
from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part
from zoo.task import Task

START = "zeros"


@register(accepts=("table",), default_for=())
def wide_deep(
    task: Task,
    *,
    depth: Annotated[int, Int(1, 8, search=(1, 2))] = 2,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128))] = 64,
    crosses: Annotated[int, Choice(0, 4, 8, 16, 32, search=(0, 8))] = 8,
    activation: Annotated[str, Part("activation", search=("relu", "elu"))] = "relu",
    initializer: Annotated[
        str,
        Choice("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal", search=()),
    ] = "glorot_uniform",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Scores of a linear layer, of its `crosses` and of `depth` dense layers of `units`, added up.

    Categories come in as columns of 0 and 1, so the linear layer has a weight for each, and the first deep layer an
    embedding of each, summed up. In place of Cheng's crosses, which are chosen by hand, (x U) (x V) W has a weight for
    each pair of columns; `crosses` is its rank, 0 for none. Each deep layer is followed by dropout. The linear layer
    and W start at 0: crosses made up at random would take small data long to unlearn.
    """
    inputs, x = entrance(task)
    rate, dense = live("dropout", dropout), partial(keras.layers.Dense, kernel_initializer=initializer)
    scores = [logits(x, task, START, "wide")]
    if crosses:
        pairs = keras.layers.Multiply()([dense(crosses, use_bias=False)(x) for _ in range(2)])
        crossed = keras.layers.Dense(task.outputs, use_bias=False, kernel_initializer=START, name="crossed")
        scores.append(crossed(pairs))
    deep: Any = x
    for _ in range(depth):
        deep = dropped(activate(dense(units * pieces(activation))(deep), activation), rate)
    scores.append(dense(task.outputs, use_bias=False, name="deep")(deep))
    return keras.Model(inputs, keras.layers.Add(name="logits")(scores), name="wide_deep")
