"""A stock network and its simulation: the same one with the roundings of an integer file in it, to be trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import keras

from zoo.compression._fake_quantized import FakeQuantized, FakeQuantizedOutput
from zoo.compression._rounding import rounded_behind
from zoo.compression._sharing import require_served, sharing_of

layers = keras.layers
TABLE = {"embeddings": "channel"}  # in files that compute in floats; an int8 file has one step for all vectors


def simulated(network: keras.Model, bits: int, integers_between: bool) -> keras.Model:
    """Return `network` with the same weights, which it uses on grids of `bits`; each layer keeps its name.

    With `integers_between` what flows between layers is rounded to 8 bits wherever an int8 file rounds it. Raises
    Unsupported, naming the layer and the nearest one that is served, for weights that have no grid here.
    """
    require_served(network)
    rounding = _Rounding(bits, integers_between, rounded_behind(network) if integers_between else frozenset())
    simulation = keras.models.clone_model(network, clone_function=rounding.clone, call_function=rounding.call)
    for layer in _with_weights(network):
        simulation.get_layer(layer.name).set_weights(layer.get_weights())
    return simulation


def bake(simulation: keras.Model, network: keras.Model) -> None:
    """Give the stock `network` the weights of its simulation, those that have grids exactly on them."""
    for layer in _with_weights(network):
        found = simulation.get_layer(layer.name)
        layer.set_weights(found.baked() if isinstance(found, FakeQuantized) else found.get_weights())


@dataclass(frozen=True)
class _Rounding:
    """How Keras is to clone a network: each layer anew, and with `integers` rounded at the inputs and `borders`."""

    bits: int
    integers: bool
    borders: frozenset[str]
    _rounded: dict[int, Any] = field(default_factory=dict)

    def clone(self, layer: Any) -> Any:
        """Return a fresh layer, on grids where it has them; an operation that is no layer has nothing to copy."""
        if not isinstance(layer, layers.Layer):
            return layer
        copy, sharing = type(layer).from_config(layer.get_config()), sharing_of(layer)
        if isinstance(layer, layers.Embedding) and not self.integers:
            sharing = TABLE
        return copy if sharing is None else FakeQuantized(copy, sharing, self.bits, name=layer.name)

    def call(self, layer: Any, *given: Any, **named: Any) -> Any:
        """Return the answers of a cloned layer as the next one gets them."""
        answers = layer(*keras.tree.map_structure(self._entered, given), **named)
        if layer.name not in self.borders:
            return answers
        return keras.tree.map_structure(lambda answer: FakeQuantizedOutput()(answer), answers)

    def _entered(self, given: Any) -> Any:
        """Return a tensor as it is, the network's floats rounded: once, whoever takes them."""
        if not self.integers or not isinstance(given, keras.KerasTensor) or not given.dtype.startswith("float"):
            return given
        if not isinstance(given._keras_history.operation, layers.InputLayer):
            return given
        if id(given) not in self._rounded:
            self._rounded[id(given)] = FakeQuantizedOutput()(given)
        return self._rounded[id(given)]


def _with_weights(network: keras.Model) -> Iterator[keras.layers.Layer]:
    return (layer for layer in network.layers if layer.weights)
