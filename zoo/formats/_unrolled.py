"""Recurrent layers without an operator of LiteRT's, step by step side by side: for the time of an export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from zoo.errors import Unsupported

MOST_STEPS = 128  # each writes its operators into the file: 128 steps of a GRU are about 2,000
RECURRENT = (keras.layers.GRU, keras.layers.SimpleRNN, keras.layers.LSTM)


@contextmanager
def unrolled(model: keras.Model, fused: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Unroll the recurrent layers of `model` but those `fused` inside the block; yield them.

    LiteRT would run them as loops, which its converter cannot turn into integers. Raises Unsupported for a layer of
    more steps than MOST_STEPS, or of any number of them.
    """
    found = [(layer, reader) for layer, reader in _recurrent(model) if layer not in fused and not layer.unroll]
    for layer, reader in found:
        _require_few(layer, reader)
    layers = tuple(layer for layer, _ in found)
    for layer in layers:
        layer.unroll = True
    try:
        yield layers
    finally:
        for layer in layers:
            layer.unroll = False


def _recurrent(model: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each recurrent layer inside `model`, and the layer that reads its sequence: itself, or Bidirectional."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _recurrent(layer)
        elif isinstance(layer, keras.layers.Bidirectional):
            yield layer.forward_layer, layer
            yield layer.backward_layer, layer
        elif isinstance(layer, RECURRENT):
            yield layer, layer


def _require_few(layer: Any, reader: Any) -> None:
    sequence = reader.input[0] if isinstance(reader.input, list) else reader.input  # what follows are first states
    steps = sequence.shape[1]
    if steps is None or steps > MOST_STEPS:
        what = "any number of" if steps is None else f"{steps:,}"
        rule = f"LiteRT has no operator for it, and unrolled it may read {MOST_STEPS} at most"
        name = f"{type(layer).__name__} '{reader.name}'"
        raise Unsupported(f"{name} reads {what} steps; {rule}. Use an LSTM, which LiteRT has, or fewer steps.")
