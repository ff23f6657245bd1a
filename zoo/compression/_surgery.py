"""A network without some of its channels: the same layers, narrower, with the weights that stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from zoo.compression._marking import Marked, Trace


def without(network: keras.Model, trace: Trace, stays: np.ndarray) -> keras.Model:
    """Return a functional network, traced, without the channels whose class does not stay; layers keep their names.

    Where no weight reads those channels but zeros, the answers are the same.
    """
    left = stays[trace.classes]

    def narrower(layer: Any) -> Any:
        config = unbuilt(layer.get_config())
        for path, channels in trace.layers.get(layer.name, Marked()).sizes.items():
            config = replaced(config, path, int(left[channels].sum()))
        return type(layer).from_config(config)

    found = cloned(network, narrower)
    for layer in network.layers:
        found.get_layer(layer.name).set_weights(_weights(layer, trace, left))
    return found


def cloned(network: keras.Model, layer: Callable[[Any], Any], call: Callable[..., Any] | None = None) -> keras.Model:
    """Return a functional network of what `layer` makes of each layer, on inputs of the same names.

    `call` is what calls a layer, given that and its arguments.
    """
    inputs = keras.tree.map_structure(_input, network.input)
    return keras.models.clone_model(network, inputs, clone_function=layer, call_function=call)


def _input(tensor: Any) -> Any:
    # Keras's own clone would name it after a count of all tensors, and files name their inputs by it
    return keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor._keras_history.operation.name)


def unbuilt(config: Any) -> Any:
    """Return a layer's configuration without the shapes that layers inside it were built for."""
    if isinstance(config, Mapping):
        return {name: unbuilt(value) for name, value in config.items() if name != "build_config"}
    return [unbuilt(value) for value in config] if isinstance(config, list) else config


def replaced(config: Any, path: Sequence[str | int], value: Any) -> Any:
    """Return nested mappings and sequences with another value at `path`, whose places count from 0."""
    if not path:
        return value
    key, *rest = path
    changed = replaced(config[key], rest, value)
    if isinstance(config, Mapping):
        return {**config, key: changed}
    return [*config[:key], changed, *config[key + 1 :]]


def _weights(layer: keras.Layer, trace: Trace, left: np.ndarray) -> list[np.ndarray]:
    weights = layer.get_weights()
    for axis in trace.layers.get(layer.name, Marked()).axes:
        weights[axis.weight] = np.compress(left[axis.channels], weights[axis.weight], axis=axis.axis)
    return weights
