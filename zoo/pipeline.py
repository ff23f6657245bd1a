"""The whole flow on one screen: what a recipe says, start to end, on validation data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoo.errors import Unsupported
from zoo.evaluation import Report
from zoo.recipe import Recipe
from zoo.trained import Trained
from zoo.workspace import Workspace

if TYPE_CHECKING:
    from zoo.training.fitting import Callback


@dataclass(frozen=True)
class Result:
    """What running a recipe gives: the model as a value and what it is worth on validation rows."""

    recipe: Recipe
    report: Report
    trained: Trained


def run(recipe: Recipe, workspace: Workspace, callbacks: Sequence[Callback] = ()) -> Result:
    """Do what the recipe says, start to end; the test split stays closed."""
    from zoo.training.fitting import fit

    if recipe.compress:
        raise Unsupported("the recipe compresses; this version trains and exports only. Remove `compress`.")
    splits = workspace.splits(recipe.data)
    trained = fit(recipe, splits, workspace, callbacks)
    at_best = trained.history[trained.epoch - 1]
    metrics = {name.removeprefix("val/"): value for name, value in at_best.items() if name.startswith("val/")}
    return Result(recipe, Report(metrics, rows=len(splits.validation)), trained)
