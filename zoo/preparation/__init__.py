"""Preparation: what turns raw rows into rows a model takes; fitted on training rows, NumPy only, JSON both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoo.registry import Registry

if TYPE_CHECKING:
    from zoo.preparation._fitted import Preparation, Step, objects

__all__ = ["PREPARATIONS", "Preparation", "Step", "objects"]

PREPARATIONS = Registry("zoo.preparation", "preparation")


def __getattr__(name: str) -> Any:
    """Return a public name at its first use: listing the entries loads no NumPy."""
    if name not in __all__:
        raise AttributeError(f"module 'zoo.preparation' has no attribute '{name}'")
    from zoo.preparation import _fitted

    return getattr(_fitted, name)
