"""Start values that a builder brings along, such as weights that were trained elsewhere, in place of random ones.

A model that is built by itself has them. A compiled program notes them, for each of its trainings starts from them
again. A model that is given weights as soon as it is built goes without: they need not be on that machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_noted: ContextVar[dict[int, Any] | None] = ContextVar("noted_starts", default=None)
_wanted: ContextVar[bool] = ContextVar("wanted_starts", default=True)


@contextmanager
def without_starts() -> Iterator[None]:
    """Let builders leave start values of their own aside inside the block."""
    token = _wanted.set(False)
    try:
        yield
    finally:
        _wanted.reset(token)


@contextmanager
def noted_starts() -> Iterator[dict[int, Any]]:
    """Yield a mapping that gains, by the `id` of its variable, each start value that a builder brings in the block."""
    found: dict[int, Any] = {}
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def are_wanted() -> bool:
    """Return whether a builder is to bring its start values along."""
    return _wanted.get()


def note(variables: Iterable[Any]) -> None:
    """Take the numbers that these Keras variables have now for their start values."""
    noted = _noted.get()
    if noted is not None:
        noted |= {id(variable): variable.numpy().copy() for variable in variables}
