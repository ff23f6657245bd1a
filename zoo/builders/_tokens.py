"""The way in for rows of tokens: numbers of words become vectors, and padding leaves no trace in what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from zoo.task import Task


def embedded(tokens: Any, task: Task, width: int) -> tuple[Any, Any]:
    """Return a vector for each of the `tokens` (rows, length), (rows, length, width), and where these are any.

    The latter is 1 for a token and 0 for padding, (rows, length, 1); vectors of padding are 0 and stay so. It is no
    mask of Keras's, which the fused LSTM and Live layers would not take.
    """
    present = keras.ops.cast(keras.ops.not_equal(tokens, 0), "float32")
    present = keras.layers.Reshape((*task.input_shape, 1))(present)
    vectors = keras.layers.Embedding(task.vocabulary, width)(tokens)
    return keras.layers.Multiply()([vectors, present]), present


def averaged(tokens: Any, task: Task, width: int) -> Any:
    """Return the mean vector of each row's tokens, (rows, width), 0 where there is none (Joulin 2016, Iyyer 2015)."""
    return mean(*embedded(tokens, task, width))


def mean(vectors: Any, present: Any) -> Any:
    """Return the mean over each row's tokens of vectors that are 0 elsewhere, (rows, width), 0 where there is none."""
    count = keras.ops.maximum(keras.ops.sum(present, axis=1), 1.0)
    return keras.ops.divide(keras.ops.sum(vectors, axis=1), count)


def at_tokens(sequences: Sequence[Any], present: Any) -> Any:
    """Return sequences (rows, length, width) side by side, each 0 at padding.

    One by one, because the converter to LiteRT gives sequences that it joins the range of one of them, which is wrong
    in int8 for one that was reversed: behind a multiplication it is right.
    """
    kept = [keras.layers.Multiply()([sequence, present]) for sequence in sequences]
    return keras.layers.Concatenate()(kept) if len(kept) > 1 else kept[0]


def peaks(states: Any) -> Any:
    """Return the largest of each state over a row's tokens, at least 0, (rows, states) (Conneau 2017).

    States of padding are 0 rather than the least that they can be: the converter to LiteRT takes the range of an
    LSTM's states after the next operator has overwritten them, so that one must not reach beyond it.
    """
    return keras.layers.ReLU()(keras.layers.GlobalMaxPooling1D()(states))
