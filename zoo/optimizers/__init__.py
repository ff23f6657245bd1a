"""Optimizers by name: a file each, built on variables so that a compiled program can change their rates."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from zoo.registry import Registry

if TYPE_CHECKING:
    import keras

OPTIMIZERS = Registry("zoo.optimizers", "optimizer")
FIRST = ("adam", "sgd", "momentum", "rmsprop")  # stored studies have them in this order


def names() -> tuple[str, ...]:
    """Return every name that `train.optimizer` takes: FIRST, then all others."""
    return tuple(dict.fromkeys((*FIRST, *OPTIMIZERS.names())))


def taking(value: str) -> tuple[str, ...]:
    """Return the names of those that have a value of their own, as `momentum` is, without importing any."""
    return OPTIMIZERS.taking(value)


def make_optimizer(name: str, learning_rate: float, weight_decay: float, **values: Any) -> keras.optimizers.Optimizer:
    """Return the optimizer `name`; `values`, numbers or variables, are those of its own arguments that shall differ.

    Those that it does not have, such as `momentum` of adam, are passed over. Raises UnknownName with the nearest match.
    """
    make = OPTIMIZERS.get(name)
    own = signature(make).parameters
    made = make(learning_rate, weight_decay, **{key: value for key, value in values.items() if key in own})
    if name in OPTIMIZERS.shipped or made.weight_decay is None:
        return made
    from zoo.optimizers._live import with_decay

    return with_decay(made, weight_decay)  # a user's own need not know what Live is
