"""Multilayer perceptron."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import keras

from zoo.activations import activate, is_plain, pieces
from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits, normalized
from zoo.builders._tokens import averaged
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live, Part, WhenTaken
from zoo.task import Task


@register(
    accepts=("table", "image", "series", "text", "audio"),
    default_for=("table", "image", "series", "text"),
    dense=True,
)
def mlp(
    task: Task,
    *,
    depth: Annotated[int, Int(1, 8, search=(1, 2, 3))] = 2,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128, 256))] = 64,
    normalization: Annotated[str, Choice("none", "batch", "layer", search=())] = "none",
    activation: Annotated[str, Part("activation", search=("relu", "elu"))] = "relu",
    slope: Annotated[float, Float(0.0, 1.0, search=()), Live, WhenTaken("activation", "slope")] = 0.2,
    alpha: Annotated[float, Float(0.0, 10.0, search=()), Live, WhenTaken("activation", "alpha")] = 1.0,
    initializer: Annotated[
        str,
        Choice("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal", search=()),
    ] = "glorot_uniform",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Flatten the input, then `depth` dense layers of `units`, each followed by dropout.

    Of a text the mean over the vectors of its tokens is taken, `units` wide (deep averaging network, Iyyer 2015).
    `slope` is that of leaky_relu below 0, and -`alpha` is what elu falls to. Normalisation comes before the activation.
    """
    inputs, x = entrance(task)
    rate, values = live("dropout", dropout), {"slope": live("slope", slope), "alpha": live("alpha", alpha)}
    layer = partial(_layer, units, normalization, activation, initializer, values)
    x = averaged(x, task, units) if task.modality == "text" else keras.layers.Flatten()(x)
    for _ in range(depth):
        x = dropped(layer(x), rate)
    return keras.Model(inputs, logits(x, task, initializer), name="mlp")


def _layer(units: int, normalization: str, activation: str, initializer: str, values: Mapping[str, Any], x: Any) -> Any:
    """Return the units of one layer for `x`; where Keras's dense layer is all that is asked for, it is all there is."""
    dense = partial(keras.layers.Dense, kernel_initializer=initializer)
    if normalization == "none" and is_plain(activation):
        return dense(units, activation=activation)(x)
    wide = dense(units * pieces(activation), use_bias=normalization != "batch")  # whose beta makes it idle
    return activate(normalized(wide(x), normalization), activation, **values)
