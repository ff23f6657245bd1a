"""Recurrent layers that train in TensorFlow's own kernels: the same weights, the same mathematics, fewer operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import keras
import tensorflow as tf

WIDE = 64  # units; of wider cells the kernel's products take longer than what it saves
SHORT = 16  # steps up to which a loop is written out; of longer ones tracing takes more than that saves
GATES = "ifco"  # as Keras keeps the input, forget and output gate and the candidate; the kernel wants them as icfo


def quicken(layers: Iterable[keras.layers.Layer]) -> None:
    """Let the LSTMs among `layers` run as one operation a sequence or as a loop that is written out, where that pays.

    Their answers stay the same to about 1e-7, their weights and names altogether: files are made of other, stock
    layers. On a graphics card all stay as they are, for there Keras has cuDNN.
    """
    if not tf.config.list_logical_devices("GPU"):
        for layer in layers:
            if isinstance(layer, keras.layers.LSTM) and _is_plain(layer):
                layer.inner_loop = _quicker(layer, layer.inner_loop)


def _is_plain(layer: keras.layers.LSTM) -> bool:
    """Return whether the layer computes what Hochreiter (1997) and Gers (2000) wrote, and nothing besides."""
    activations = keras.activations.tanh, keras.activations.sigmoid
    drops = layer.dropout or layer.recurrent_dropout
    return (layer.activation, layer.recurrent_activation) == activations and layer.use_bias and not drops


def _quicker(layer: keras.layers.LSTM, loop: Callable[..., Any]) -> Callable[..., Any]:
    """Return what stands for the layer's own `loop`: from rows (batch, steps, features) to answers and states."""

    def run(sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
        if mask is not None or sequences.dtype != tf.float32:
            return loop(sequences, initial_state, mask, training)
        if layer.units <= WIDE:
            return _in_one_operation(layer, sequences, initial_state)
        layer.unroll = sequences.shape[1] is not None and sequences.shape[1] <= SHORT
        return loop(sequences, initial_state, mask, training)

    return run


def _in_one_operation(layer: keras.layers.LSTM, sequences: Any, initial_state: Any) -> Any:
    """Return the last answer, all answers or the last as a sequence, and the last states, as Keras's loop does.

    The second version of the operation has a gradient that takes its gates in the first one's order, which is wrong.
    """
    cell, none = layer.cell, tf.zeros((layer.units,))
    odd = sequences.shape[2] % 2  # the kernel is slow, and says so, where rows and features are both odd
    kernel = tf.concat([cell.kernel.value, tf.zeros((odd, 4 * layer.units)), cell.recurrent_kernel.value], 0)
    steps = tf.transpose(tf.reverse(sequences, [1]) if layer.go_backwards else sequences, (1, 0, 2))
    steps = tf.pad(steps, ((0, 0), (0, 0), (0, odd)))
    found = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.shape(steps, "int64")[0],
        x=steps,
        cs_prev=initial_state[1],
        h_prev=initial_state[0],
        w=_gates(kernel),
        b=_gates(cell.bias.value),
        **dict.fromkeys(("wci", "wcf", "wco"), none),
        forget_bias=0.0,
        cell_clip=-1.0,
        use_peephole=False,
    )
    last, states = found.h[-1], [found.h[-1], found.cs[-1]]
    return last, tf.transpose(found.h, (1, 0, 2)) if layer.return_sequences else last[:, None], states


def _gates(weights: Any) -> Any:
    """Return weights (..., 4 units) with the gates in the order of the kernel."""
    parts = dict(zip(GATES, tf.split(weights, 4, axis=-1), strict=True))
    return tf.concat([parts[gate] for gate in "icfo"], -1)
