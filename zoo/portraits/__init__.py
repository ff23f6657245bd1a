"""Portraits: what a part of the zoo does, as a picture: curves, ways down a surface, a network's layers."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from zoo.errors import Unsupported
from zoo.task import Task

DRAWN = {  # by kind of part; each has `draw(name, values, task)`
    "activation": "zoo.portraits.activations",
    "builder": "zoo.portraits.builders",
    "loss": "zoo.portraits.losses",
    "optimizer": "zoo.portraits.optimizers",
    "settings": "zoo.portraits.settings",
}
NUMPY_ONLY = ("settings",)


def require_portrait(kind: str, name: str) -> None:
    """Raise Unsupported for a kind of part that nothing is drawn of."""
    if kind not in DRAWN:
        hint = " `zoo check DATA --pictures FILE` draws what it makes of your rows." if kind == "augmentation" else ""
        raise Unsupported(f"{name} is of the kind {kind}; pictures are drawn of {', '.join(DRAWN)}.{hint}")


def portrait(kind: str, name: str, values: Mapping[str, Any] | None = None, task: Task | None = None) -> bytes:
    """Return a PNG of the part `name`: of an activation and a loss their curves and gradients, of an optimizer its
    ways down two surfaces, of the settings of training the learning rate's schedules, of a builder the layers that it
    builds for `task`, or else for a usual one.

    `values` are parameters of the part by name; others are at their defaults. Kinds that are not NUMPY_ONLY want
    TensorFlow started. Raises Unsupported for other kinds, BadValue and UnknownName for wrong values, Infeasible for
    those that cannot be built together.
    """
    require_portrait(kind, name)
    return import_module(DRAWN[kind]).draw(name, dict(values or {}), task)
