"""Softplus, its kin and CELU in formulas whose every step integers can hold: for the time of an export.

LiteRT's converter writes softplus as log(1 + e^x). In 8 bits the steps of e^x are as wide as its largest value asks
for, so that little is left of the answers to small x; beyond x = 88 it is infinite, and the converter dies of that.
The minimum in CELU takes the grid of what is below 0 for what is above as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras

from zoo.formats._fused import every_layer

ops = keras.ops
PLACES = ("activation", "recurrent_activation")  # where a layer, or the cell of a recurrent one, keeps a function


def softplus(x: Any) -> Any:
    """Return log(1 + e^x) as max(x, 0) - log(sigmoid(|x|)): the logarithm lies between -log 2 and 0."""
    return ops.relu(x) - _log_of_half_and_more(x)


def log_sigmoid(x: Any) -> Any:
    """Return log(sigmoid(x)) as log(sigmoid(|x|)) - max(-x, 0), by a product: LiteRT's negation knows no int8.

    A minimum of x and 0 would be wrong there: it gives both the grid of what is below 0.
    """
    return _log_of_half_and_more(x) - ops.relu(x * -1.0)


def celu(x: Any) -> Any:
    """Return max(x, 0) + e^min(x, 0) - 1 (Barron 2017 with alpha 1), the minimum as a product and a maximum."""
    return ops.relu(x) + (ops.exp(ops.relu(x * -1.0) * -1.0) - 1.0)


def mish(x: Any) -> Any:
    """Return x tanh(softplus(x)) (Misra 2019) with the softplus of above."""
    return x * ops.tanh(softplus(x))


FORMULAS: Mapping[Callable[[Any], Any], Callable[[Any], Any]] = {
    keras.activations.softplus: softplus,
    keras.activations.log_sigmoid: log_sigmoid,
    keras.activations.mish: mish,
    keras.activations.celu: celu,
}


def is_reworded(model: keras.Model) -> bool:
    """Return whether `model` holds a function that integers hold better in another formula."""
    return any(True for _ in _found(model))


@contextmanager
def reworded(model: keras.Model) -> Iterator[None]:
    """Let the layers of `model` compute their functions by FORMULAS inside the block."""
    found = tuple(_found(model))
    for owner, place, function in found:
        setattr(owner, place, FORMULAS[function])
    try:
        yield
    finally:
        for owner, place, function in found:
            setattr(owner, place, function)


def _log_of_half_and_more(x: Any) -> Any:
    return ops.log(ops.sigmoid(ops.abs(x)))


def _found(model: Any) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield what keeps a function of FORMULAS, in which place, and the function."""
    return (one for one in every_function(model) if one[2] in FORMULAS)


def every_function(model: Any) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield each layer inside `model`, or its cell, that keeps a function, in which of PLACES, and the function."""
    for layer in every_layer(model):
        owner = getattr(layer, "cell", layer)
        for place in PLACES:
            function = getattr(owner, place, None)
            if callable(function):
                yield owner, place, function
