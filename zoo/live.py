"""Live values: numbers that change between trials while the compiled program stays.

A builder writes `live("dropout", dropout)`. Outside a program that is the plain number, so an exported model holds
constants. While a program is traced it is a variable which the engine sets before each trial.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_variables: ContextVar[dict[str, Any] | None] = ContextVar("live_variables", default=None)


@contextmanager
def live_values() -> Iterator[dict[str, Any]]:
    """Make `live` return variables inside the block; yield them by name."""
    found: dict[str, Any] = {}
    token = _variables.set(found)
    try:
        yield found
    finally:
        _variables.reset(token)


def live(name: str, value: float) -> Any:
    """Return the scalar float32 variable behind a Live parameter, or the plain value outside a program."""
    variables = _variables.get()
    if variables is None:
        return value
    if name not in variables:
        import tensorflow as tf

        variables[name] = tf.Variable(value, dtype="float32", trainable=False, name=name)
    return variables[name]
