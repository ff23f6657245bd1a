"""Activations by name: a file each, the formula in its docstring; names that only Keras knows are Keras's own."""

from __future__ import annotations

from typing import Any

from zoo.errors import unknown
from zoo.registry import Registry
from zoo.signature import parameters_in
from zoo.space import Parameter

ACTIVATIONS = Registry("zoo.activations", "activation")
# what Keras knows besides, but for glu, which halves its channels, and threshold, which has none of its own
KERAS = (
    *("celu", "exponential", "hard_shrink", "hard_silu", "hard_tanh", "linear", "log_sigmoid", "log_softmax"),
    *("mish", "relu6", "silu", "soft_shrink", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax"),
    *("squareplus", "tanh_shrink"),
)
FIRST = ("relu", "elu", "tanh", "leaky_relu", "sigmoid")  # stored studies have them in this order


def names() -> tuple[str, ...]:
    """Return every name that `activate` takes: FIRST, then the zoo's and a user's own, then those of Keras."""
    own = (name for name in ACTIVATIONS.names() if name not in FIRST)
    return tuple(dict.fromkeys((*FIRST, *own, *KERAS)))


def pieces(name: str) -> int:
    """Return how many affine pieces a layer makes for each of its units: 1, and 2 for maxout."""
    return ACTIVATIONS.entries[name].facts.get("pieces", 1) if name in ACTIVATIONS.entries else 1


def is_plain(name: str) -> bool:
    """Return whether the activation is Keras's own of this name, which a layer may take as its `activation`."""
    return name in KERAS or bool(ACTIVATIONS.entries[name].facts.get("plain", False))


def without_kernel(precision: str) -> tuple[str, ...]:
    """Return the names of those that LiteRT has no integer kernel for in a file of `precision`, without importing any.

    It computes them in floats there.
    """
    return tuple(
        name for name in ACTIVATIONS.names() if precision in ACTIVATIONS.entries[name].facts.get("without", ())
    )


def values_of(name: str) -> dict[str, Parameter]:
    """Return the parameters of an activation by name, such as `slope`, without importing it."""
    return parameters_in(ACTIVATIONS.entries[name].node) if name in ACTIVATIONS.entries else {}  # type: ignore[arg-type]


def taking(value: str) -> tuple[str, ...]:
    """Return the names of those that have a parameter, as `slope` is, without importing any."""
    return ACTIVATIONS.taking(value)


def activate(x: Any, name: str, **values: Any) -> Any:
    """Return the symbolic tensor `x` (rows, ..., channels) after the activation `name`.

    `values` are numbers, or the variables that `zoo.live.live` gives inside a program; those that the activation does
    not have are passed over. With numbers the answer is made of stock layers and operations only. An activation of
    several `pieces` wants as many channels for each that it gives. Raises UnknownName with the nearest match.
    """
    import keras

    if name not in names():
        raise unknown(ACTIVATIONS.kind, name, names())
    if is_plain(name):
        return keras.layers.Activation(name)(x)
    function = ACTIVATIONS.get(name)
    own = {key: value for key, value in values.items() if key in values_of(name)}
    if all(isinstance(value, (int, float)) for value in own.values()):
        return function(x, **own)
    from zoo.activations._live import LiveActivation

    return LiveActivation(function, own)(x)
