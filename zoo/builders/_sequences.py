"""Sequences: rows as steps one after another, and what is said of a whole row from the states of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from zoo.builders._tokens import at_tokens, mean, peaks
from zoo.task import Task

FAR = 32.0  # below the score of a token: e^-32 is nothing beside 1, and the integers of int8 still part the others


def steps(x: Any, task: Task) -> Any:
    """Return (rows, steps, features); an image's columns and channels are the features of its rows."""
    if task.modality not in ("image", "audio"):
        return x
    height, width, channels = task.input_shape
    return keras.layers.Reshape((height, width * channels))(x)


def pooled(states: Sequence[Any], how: str, present: Any = None) -> Any:
    """Return what `states` say of a row, (rows, states): one sequence, or what was read forwards and backwards.

    Each is (rows, steps, units); `present` marks the tokens of a text, (rows, steps, 1), and steps of padding leave no
    trace. `last` is the state of either reading's last step, `mean` and `max` go over the steps, the latter to at
    least 0 in a text; `attention` weighs them (see `attended`).
    """
    if how == "last":
        return _joined([_at_end(one, present, place) for place, one in enumerate(states)])
    together = _joined(states) if present is None else at_tokens(states, present)
    if how == "attention":
        return attended(together, present)
    if how == "mean":
        return keras.layers.GlobalAveragePooling1D()(together) if present is None else mean(together, present)
    return keras.layers.GlobalMaxPooling1D()(together) if present is None else peaks(together)


def attended(states: Any, present: Any = None) -> Any:
    """Return the sum of `states` weighted by softmax(v tanh(W h + b)) over the steps (Yang 2016, equations 5 to 7).

    W makes half as many numbers as a state has.
    """
    length, width = states.shape[1:]
    hidden = keras.layers.Dense(max(1, width // 2), activation="tanh")(states)
    scores = keras.layers.Reshape((1, length))(keras.layers.Dense(1, use_bias=False)(hidden))
    if present is not None:
        scores = keras.layers.Add()([scores, keras.layers.Reshape((1, length))(far(present))])
    weights = keras.layers.Softmax()(scores)
    return keras.layers.Reshape((width,))(keras.ops.matmul(weights, states))


def far(present: Any) -> Any:
    """Return what to add to the scores of tokens and of padding, 0 and -FAR, in the shape of `present`."""
    return keras.layers.Rescaling(FAR, -FAR)(present)


def _at_end(states: Any, present: Any, place: int) -> Any:
    """Return the state at the last step, of the second sequence at the first: Keras turns what was read backwards."""
    others = states.shape[1] - 1
    if present is None or place:
        kept = keras.layers.Cropping1D((0, others) if place else (others, 0))(states)
        return keras.layers.Flatten()(kept)
    following = keras.layers.Cropping1D((1, 0))(keras.layers.ZeroPadding1D((0, 1))(present))
    is_last = keras.layers.Subtract()([present, following])
    return keras.ops.sum(keras.layers.Multiply()([states, is_last]), axis=1)


def _joined(parts: Sequence[Any]) -> Any:
    return keras.layers.Concatenate()(list(parts)) if len(parts) > 1 else parts[0]
