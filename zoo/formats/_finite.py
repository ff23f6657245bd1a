"""Does every layer of a model answer finite numbers? LiteRT's converter dies of a range that ends at infinity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.errors import ConversionFailed
from zoo.formats._formulas import every_function

ROWS = 32  # asked at once: what a layer answers takes memory until it was read
INSTEAD = {"exponential": "softplus"}  # a function that grows beyond all numbers, and the nearest that does not


def require_finite(model: keras.Model, rows: np.ndarray, precision: str) -> None:
    """Raise ConversionFailed, naming the first layer of `model` whose answers to `rows` are not finite.

    A model inside it is asked for its own layers, and answers for itself where it takes several inputs. No file of
    integers, as `precision` says, can be made of such a model: their steps would have no width.
    """
    whole = keras.Model(model.inputs, model.outputs)  # a Sequential one keeps its nodes elsewhere
    nodes = [node for depth in sorted(whole._nodes_by_depth, reverse=True) for node in whole._nodes_by_depth[depth]]
    inside = [node for node in nodes if isinstance(node.operation, keras.Model) and len(node.input_tensors) == 1]
    for node in inside:
        _require_inside(node.operation, _what_enters(model, node, rows), precision)
    made = [(node.operation, tensor) for node in nodes if node not in inside for tensor in node.output_tensors]
    floats = [(layer, tensor) for layer, tensor in made if str(tensor.dtype).startswith("float")]
    finite = _finite(model, [tensor for _, tensor in floats], rows)
    if not finite.all():
        raise ConversionFailed(_refusal(floats[int(finite.argmin())][0], precision))


def _require_inside(model: keras.Model, rows: np.ndarray, precision: str) -> None:
    """Ask a model inside another, unless what enters it is not finite: then a layer before it is to be named."""
    if np.isfinite(rows).all():
        require_finite(model, rows, precision)


def _what_enters(model: keras.Model, node: Any, rows: np.ndarray) -> np.ndarray:
    """Return what a node of `model` takes in where the model is given `rows`."""
    (entering,) = node.input_tensors
    if entering is model.inputs[0]:
        return rows
    before = keras.Model(model.inputs, entering)
    return np.concatenate([np.asarray(before([rows[start : start + ROWS]])) for start in range(0, len(rows), ROWS)])


def _finite(model: keras.Model, tensors: Sequence[Any], rows: np.ndarray) -> np.ndarray:
    """Return of each of the `tensors` inside `model` whether it is finite for all `rows`."""
    if not tensors:
        return np.ones(0, bool)
    (given,), answering = model.inputs, keras.Model(model.inputs, tensors)

    @tf.function(input_signature=[tf.TensorSpec((None, *rows.shape[1:]), given.dtype)])
    def flags(some: Any) -> Sequence[Any]:
        return [tf.reduce_all(tf.math.is_finite(one)) for one in tf.nest.flatten(answering([some]))]  # one is no list

    found = [flags(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS)]
    return np.array(found, bool).all(axis=0)


def _refusal(layer: Any, precision: str) -> str:
    names = [function.__name__ for _, _, function in every_function(layer) if hasattr(function, "__name__")]
    grown = next((name for name in names if name in INSTEAD), None)
    named = f"layer '{layer.name}'{f' ({grown})' if grown else ''}"
    nearest = f"; the nearest activation that stays finite is {INSTEAD[grown]}" if grown else ""
    return f"{named} answers infinities, or no numbers, to rows of the data, which {precision} cannot hold{nearest}"
