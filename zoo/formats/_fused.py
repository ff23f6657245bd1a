"""LSTM layers as one builtin operator of LiteRT each: for the time of an export, and as they were afterwards."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from types import MethodType
from typing import Any

import keras
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema

_CELL_CLIP = 6  # where the table of UnidirectionalSequenceLSTMOptions says in which place its second field lies
_SCALE = 8  # the same of QuantizationParameters and its third field
_CELL_STATE = 19  # among the inputs of an LSTM
_FINEST_CELL = 2.0**-15  # of an integer of 16 bits, which then holds -1 to 1


@contextmanager
def fused_lstms(model: keras.Model) -> Iterator[tuple[keras.layers.LSTM, ...]]:
    """Let the LSTM layers of `model` convert to UNIDIRECTIONAL_SEQUENCE_LSTM inside the block; yield those that do.

    Layers inside Bidirectional and nested models are found; the one that reads backwards gets a reversed sequence.
    Left alone are layers that are stateful, return their state, or use other functions than sigmoid and tanh.
    """
    layers = tuple(layer for layer in every_layer(model) if _fusable(layer))
    for layer in layers:
        object.__setattr__(layer, "inner_loop", MethodType(_inner_loop, layer))
    try:
        yield layers
    finally:
        for layer in layers:
            object.__delattr__(layer, "inner_loop")


def without_cell_clip(content: bytes) -> bytes:
    """Return a LiteRT file's content in which no fused LSTM clips its cell state.

    The converter writes a bound of 10 that no Keras layer has: a cell that counts steps goes beyond it, and the file
    then answers differently without a word.
    """
    unclipped = bytearray(content)
    for _, operator in _lstms(unclipped):
        options = operator.BuiltinOptions()
        place = options.Offset(_CELL_CLIP)
        if place:  # a field left out is 0 already, which means no bound
            struct.pack_into("<f", unclipped, options.Pos + place, 0.0)
    return bytes(unclipped)


def with_coarse_cells(content: bytes) -> bytes:
    """Return a LiteRT file's content in which no fused LSTM of integers keeps its cell state finer than 2^-15.

    The converter takes the power of two that holds the calibrated range in 16 bits. Of cells that stay below a half
    that is 2^-16 or less, for which LiteRT's hyperbolic tangent has no case: it answers nonsense without a word.
    """
    coarser = bytearray(content)
    for graph, operator in _lstms(coarser):
        grid = graph.Tensors(operator.Inputs(_CELL_STATE)).Quantization()
        if grid is not None and grid.ScaleLength() and 0 < grid.Scale(0) < _FINEST_CELL:
            struct.pack_into("<f", coarser, grid._tab.Vector(grid._tab.Offset(_SCALE)), _FINEST_CELL)
    return bytes(coarser)


def _lstms(content: bytearray) -> Iterator[tuple[Any, Any]]:
    """Yield the fused LSTMs of a LiteRT file, each behind its graph."""
    model = schema.Model.GetRootAs(content, 0)
    for graph in map(model.Subgraphs, range(model.SubgraphsLength())):
        for operator in map(graph.Operators, range(graph.OperatorsLength())):
            if operator.BuiltinOptionsType() == schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions:
                yield graph, operator


def every_layer(layer: Any) -> Iterator[Any]:
    """Yield `layer` and all layers inside it."""
    yield layer
    within = [getattr(layer, name, None) for name in ("forward_layer", "backward_layer", "layer")]
    for inner in (*getattr(layer, "layers", ()), *within):
        if inner is not None:
            yield from every_layer(inner)


def _fusable(layer: Any) -> bool:
    if type(layer) is not keras.layers.LSTM or layer.stateful or layer.return_state:
        return False
    functions = layer.activation, layer.recurrent_activation
    return functions == (keras.activations.tanh, keras.activations.sigmoid)


def _inner_loop(layer: Any, sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
    """Stand in for keras.layers.LSTM.inner_loop: last output, all outputs (batch, steps, units) and no new state."""
    if mask is not None or sequences.shape[1] is None:
        return keras.layers.LSTM.inner_loop(layer, sequences, initial_state, mask, training)
    rows = tf.reverse(tf.convert_to_tensor(sequences), [1]) if layer.go_backwards else sequences
    cell, states = layer.cell, map(tf.convert_to_tensor, initial_state)
    bias = cell.bias if cell.use_bias else tf.zeros([4 * layer.units])
    weights = map(tf.convert_to_tensor, (cell.kernel, cell.recurrent_kernel, bias))
    outputs = _composite(layer.name)(tf.convert_to_tensor(rows), *states, *weights)[1]
    return outputs[:, -1], outputs, initial_state


def _composite(name: str) -> Any:
    """Return `_lstm` as a function that the converter knows by its attributes and replaces by the operator.

    These are the ones that Keras 2 gave its own LSTM; each layer needs a function of its own.
    """
    known = {"api_implements": f"lstm_{name}", "api_preferred_device": "CPU"}
    known |= {"time_major": False, "go_backwards": False}
    return tf.function(_lstm, autograph=False, experimental_attributes=known)


def _lstm(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any) -> tuple[Any, ...]:
    """Return last output, all outputs, h, c and the number 1, as the converter expects (Hochreiter 1997, Gers 2000).

    x is (batch, steps, features); the gates stand in Keras's order: input, forget, candidate, output.
    """
    outputs = []
    for step in tf.unstack(tf.tensordot(x, kernel, 1) + bias, axis=1):
        i, f, g, o = tf.split(step + tf.matmul(h, recurrent), 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        outputs.append(h)
    return h, tf.stack(outputs, axis=1), h, c, tf.constant(1.0)
