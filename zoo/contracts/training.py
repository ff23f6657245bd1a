"""Trainings in a compiled program: they repeat by their seed, and Live values change them without another trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.contracts import require
from zoo.contracts.bench import same
from zoo.dataset import Splits
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.trained import Trained
from zoo.training.fitting import fit

if TYPE_CHECKING:
    from zoo.contracts.bench import Bench

SMALL = {"units": 8, "depth": 1, "dropout": 0.0}  # of an mlp


def small_recipe(model: Mapping[str, Any] | None = None, builder: str = "mlp", **train: Any) -> Recipe:
    """Return the recipe of one epoch of a small model, its seed 3."""
    values = {**SMALL, **(model or {})} if builder == "mlp" else dict(model or {})
    return Recipe(Source("random rows"), builder, values, train=TrainConfig(**{"epochs": 1, **train}), seed=3)


def trained_twice(recipe: Recipe, splits: Splits, bench: Bench) -> Trained:
    """Return the trained recipe; raise Broken unless a second training gives the same finite weights."""
    first, second = (fit(recipe, splits, bench.workspace) for _ in range(2))
    require(same(first.weights, second.weights), "two trainings with one seed end with other weights.")
    finite = np.isfinite(first.predict(splits.train.x)).all()
    require(finite, "after a training its answers are not finite numbers.")
    return first


def require_live(recipe: Recipe, name: str, splits: Splits, bench: Bench) -> None:
    """Raise Broken unless the Live value `name`, as model.slope, changes a training without another trace."""
    part, _, last = name.partition(".")
    several = [_changed(recipe, part, last, number) for number in (0.1, 0.9, 0.1)]
    found = [fit(one, splits, bench.workspace).weights for one in several]
    traces = bench.workspace.program(several[0], splits.task)._steps.traces
    require(traces == 1, f"{name} was changed and the program was traced {traces} times. Read it as a Live value.")
    require(not same(found[0], found[1]), f"{name} changes nothing of a training.")
    require(same(found[0], found[2]), f"{name} was set back, and the training is another one.")


def _changed(recipe: Recipe, part: str, name: str, value: float) -> Recipe:
    if part == "train":
        return replace(recipe, train=replace(recipe.train, **{name: value}))
    return replace(recipe, model={**recipe.model, name: value})
