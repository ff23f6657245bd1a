"""The whole flow on one screen: what a recipe says, start to end, on validation data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
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


def run(
    recipe: Recipe,
    workspace: Workspace,
    callbacks: Sequence[Callback] = (),
    *,
    checkpoint: Path | str | None = None,
    limit_s: float | None = None,
) -> Result:
    """Do what the recipe says, start to end; the test split stays closed.

    `checkpoint` is the folder that a killed training goes on from, and is the caller's to remove; `limit_s` is how
    many seconds it may take. `zoo.training.fitting.fit` says more.
    """
    from zoo.training.fitting import fit

    for part in ("compress", "plugins"):
        if getattr(recipe, part):
            raise Unsupported(f"the recipe holds {part}, which this version does not serve. Remove `{part}`.")
    splits = workspace.splits(recipe.data, recipe.preparation)
    trained = fit(recipe, splits, workspace, callbacks, checkpoint=checkpoint, limit_s=limit_s)
    metrics = {name.removeprefix("val/"): value for name, value in trained.at_best("val").items()}
    return Result(recipe, Report(metrics, rows=len(splits.validation)), trained)
