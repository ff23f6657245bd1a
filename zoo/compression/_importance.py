"""What each channel of a network is worth: by the scales it learned, by its weights, or by what the loss says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.compression._choosing import blocks
from zoo.compression._marking import Axis, Trace
from zoo.training.feeding import Data, OnDisk
from zoo.training.loss import LOSSES, dense

ROWS = 256  # of training that `taylor` looks at, one by one: their effects on the loss would cancel


@dataclass(frozen=True)
class Examples:
    """Rows to learn importance from, the kind of their answers, and the seed that some of them are drawn by."""

    data: Data
    kind: str
    seed: int


def importance(by: str, network: keras.Model, trace: Trace, examples: Examples) -> np.ndarray:
    """Return what each class of the network's channels is worth, by one of CRITERIA, (classes,)."""
    return CRITERIA[by](network, trace, examples)


def l2(network: keras.Model, trace: Trace, examples: Examples) -> np.ndarray:
    """Return the root of the squares of all weights that leave with a channel (Fang 2023), a block's mean made 1.

    Li (2017) takes those of one filter alone, with absolute values for squares.
    """
    squares = np.zeros(len(trace.held))
    for axis, weight in _axes(network, trace):
        if weight.trainable:
            squares += _gathered(trace, axis, np.square(weight.numpy(), dtype=np.float64))
    return _relative(np.sqrt(squares), trace)


def scale(network: keras.Model, trace: Trace, examples: Examples) -> np.ndarray:
    """Return the absolute scales that normalisations learned for a channel (Liu 2017), a block's mean made 1.

    Blocks of which some channel passes through none are measured by `l2`.
    """
    total, times = np.zeros((2, len(trace.held)))
    for axis, weight in _axes(network, trace):
        if weight.name in ("gamma", "scale"):
            total += _gathered(trace, axis, np.abs(weight.numpy()))
            times += _gathered(trace, axis, np.ones(weight.shape))
    found, weighed = _relative(total / np.maximum(times, 1), trace), l2(network, trace, examples)
    for block in blocks(trace):
        if not times[block.free].all():
            found[block.free] = weighed[block.free]
    return found


def taylor(network: keras.Model, trace: Trace, examples: Examples) -> np.ndarray:
    """Return how much the loss would change without a channel, squared, to first order (Molchanov 2019).

    Without it the weights that read it might as well be 0: the sum over these of gradient times weight, taken for one
    training row after the other. That equals gradient times activation (Molchanov 2017).
    """
    reading = [(axis, weight) for axis, weight in _axes(network, trace) if axis.reads]
    effects = _effects(network, [weight for _, weight in reading], examples)
    squares = np.zeros(len(trace.held))
    for x, y in _rows(examples):
        found = zip(reading, effects(x, y), strict=True)
        changes = [_gathered(trace, axis, effect.numpy()) for (axis, _), effect in found]
        squares += np.square(np.sum(changes, axis=0))
    return squares


CRITERIA: dict[str, Callable[[keras.Model, Trace, Examples], np.ndarray]] = {"scale": scale, "l2": l2, "taylor": taylor}


def _axes(network: keras.Model, trace: Trace) -> Iterator[tuple[Axis, Any]]:
    """Yield each axis that belongs to channels, with its weight."""
    for name, marked in trace.layers.items():
        if marked.axes:
            weights = network.get_layer(name).weights
            yield from ((axis, weights[axis.weight]) for axis in marked.axes)


def _gathered(trace: Trace, axis: Axis, values: np.ndarray) -> np.ndarray:
    """Return the sums of a weight's `values` over the entries of each class, (classes,)."""
    entries = np.moveaxis(values, axis.axis, 0)
    sums = entries.reshape(len(entries), -1).sum(axis=1)
    return np.bincount(trace.classes[axis.channels], sums, minlength=len(trace.held))


def _relative(found: np.ndarray, trace: Trace) -> np.ndarray:
    """Return importances in units of their block's mean, so that those of several blocks compare."""
    relative = found.copy()
    for block in blocks(trace):
        mean = found[block.free].mean()
        relative[block.free] = found[block.free] / mean if mean else 0.0
    return relative


def _effects(network: keras.Model, weights: Sequence[Any], examples: Examples) -> Callable[[Any, Any], list[Any]]:
    """Return the function from rows and answers to gradient times weight, of their mean loss at inference, compiled."""
    x, y = examples.data.x, examples.data.y
    rows = x[0:1] if isinstance(x, OnDisk) else x
    given = (tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in (rows, y))

    def effects(x: Any, y: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            losses, _ = LOSSES[examples.kind](y, tf.cast(network(x, training=False), "float32"))
            loss = tf.reduce_mean(losses)
        gradients = dense(tape.gradient(loss, [weight.value for weight in weights]))
        return [gradient * weight.value for gradient, weight in zip(gradients, weights, strict=True)]

    return tf.function(effects, input_signature=tuple(given))


def _rows(examples: Examples) -> Iterator[tuple[Any, Any]]:
    """Yield rows drawn at random, the same for the same seed, with their answers, one at a time."""
    x, y, _ = examples.data
    drawn = np.random.default_rng(examples.seed).permutation(len(y))[:ROWS]
    for place in drawn[:, None]:
        yield x.read(place) if isinstance(x, OnDisk) else tf.gather(x, place), tf.gather(y, place)
