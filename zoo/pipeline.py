"""The whole flow on one screen: what a recipe says, start to end, on validation data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.compression import apply, checked_steps
from zoo.errors import Infeasible, Unsupported
from zoo.evaluation import Report, evaluate
from zoo.own.parts import blamed, is_part, require_known
from zoo.recipe import OWN_MODEL, Recipe
from zoo.trained import Trained
from zoo.workspace import Workspace

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.training.fitting import Callback

TRAINING = 0.5  # of a time limit, where compression follows


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
    """Do what the recipe says, start to end: train, then compress; the test split stays closed.

    `checkpoint` is the folder that a killed training goes on from, and is the caller's to remove; `limit_s` is how
    many seconds it may take. `zoo.training.fitting.fit` says more. Where compression follows, training may take the
    share TRAINING of them, and compression what is left; it raises TooSlow when it does not end in time.
    """
    from zoo.training.fitting import fit

    require_known(recipe.plugins)
    if recipe.builder != OWN_MODEL and not all(map(is_part, recipe.plugins)):
        raise Unsupported("the recipe holds plugins, which this version does not serve. Remove `plugins`.")
    checked_steps(recipe.compress)
    splits = workspace.splits(recipe.data, recipe.preparation)
    plain = replace(recipe, compress=())
    own = training_s(recipe, limit_s)
    began = time.monotonic()
    with blamed(recipe.plugins):
        trained = fit(plain, splits, workspace, callbacks, checkpoint=checkpoint, limit_s=own)
    if recipe.compress:
        with workspace.within(None if limit_s is None else limit_s - (time.monotonic() - began)):
            small = _made_smaller(trained, recipe, splits, workspace)
        return Result(recipe, evaluate(small, splits.validation), small)
    metrics = {name.removeprefix("val/"): value for name, value in trained.at_best("val").items()}
    return Result(recipe, Report(metrics, rows=len(splits.validation)), trained)


def training_s(recipe: Recipe, limit_s: float | None) -> float | None:
    """Return how many of `limit_s` seconds a recipe's training may take."""
    return limit_s * TRAINING if limit_s is not None and recipe.compress else limit_s


def _made_smaller(trained: Trained, recipe: Recipe, splits: Splits, workspace: Workspace) -> Trained:
    """Return the trained model after the recipe's steps; raise Infeasible for a step that this model cannot take."""
    try:
        return apply(recipe.compress, trained, splits, workspace)
    except Unsupported as error:  # of this structure, as drawn; others may do
        raise Infeasible(str(error)) from error
