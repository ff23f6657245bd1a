"""objective: one trial, from values asked for to one number; a plain function that an outside driver can call too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from search.attempt import Pruned
from search.files import write_json
from search.planning import Plan
from search.pruning import rungs
from search.recording import Recorder
from search.seeds import slot_seed
from search.slots import Slot
from search.spool import Spool
from search.suggest import suggest
from zoo.augmentations import needed_facts
from zoo.goals import gain
from zoo.pipeline import Result, run
from zoo.recipe import Recipe, TrainConfig
from zoo.trained import save_weights

if TYPE_CHECKING:
    from zoo.training.fitting import Callback


def objective(slot: Slot, plan: Plan, recorder: Recorder, callbacks: Sequence[Callback] = ()) -> float:
    """Draw values, train them and return the goal's best validation value; leave the recipe and weights on disk.

    Raises what ends a trial early: Pruned at a rung, Infeasible, Diverged, and what a callback raises.
    """
    recipe = recipe_of(slot, plan)
    slot.drawn(recipe.values())
    slot.note(builder=recipe.builder)
    folder = plan.files.trial(slot.slot)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "recipe.json", recipe.to_json())
    spool = recorder.open_trial(slot.slot, slot.attempt, recipe.values())
    spool.artifact(folder / "recipe.json")
    splits = plan.workspace.splits(recipe.data, recipe.preparation)
    facts = needed_facts(recipe.augment, splits)
    slot.note(parameters=plan.workspace.program(recipe, splits.task, facts).parameters)
    own = (_Spooling(spool, recipe.train.epochs), _Reporting(slot, plan.goal, recipe))
    try:
        result = run(recipe, plan.workspace, (*own, *callbacks))
    except Pruned as stopped:
        write_json(folder / "recipe.json", _cut(recipe, stopped.epoch).to_json())
        raise
    _keep(slot, result, plan)
    return result.report.metrics[plan.goal]


def recipe_of(slot: Slot, plan: Plan) -> Recipe:
    """Return the recipe of a slot: its values as drawn, its seed from the study's seed and the slot."""
    drawn = suggest(plan.space, slot)
    return Recipe(
        data=plan.dataset.source,
        builder=drawn.builder,
        model=drawn.model,
        preparation=drawn.preparation,
        augment=drawn.augment,
        train=TrainConfig(**drawn.train),
        threads=plan.settings.threads,
        seed=slot_seed(plan.settings.seed, slot.slot, "training"),
    )


def _cut(recipe: Recipe, epochs: int) -> Recipe:
    """Return the recipe of what was trained up to `epochs`, so that a trial stopped early repeats to its own score."""
    return replace(recipe, train=replace(recipe.train, epochs=epochs))


def _keep(slot: Slot, result: Result, plan: Plan) -> None:
    trained, folder = result.trained, plan.files.trial(slot.slot)
    slot.note(epochs=len(trained.history))
    history = {"epoch": trained.epoch, "history": list(trained.history), "validation": result.report.metrics}
    write_json(folder / "history.json", history)
    save_weights(trained, folder / "weights.npz")


@dataclass(frozen=True)
class _Spooling:
    """Writes each epoch's metrics to the trial's spool, safe against a power cut at rungs."""

    spool: Spool
    epochs: int

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Append one point to each metric."""
        self.spool.metrics(epoch, logs, fsync=epoch in rungs(self.epochs))


class _Reporting:
    """Reports the best score so far at rungs, where the pruner may stop the trial."""

    def __init__(self, slot: Slot, goal: str, recipe: Recipe) -> None:
        self.slot, self.goal, self.rungs = slot, goal, rungs(recipe.train.epochs)
        self.best: float | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any]) -> None:
        """Report at a rung; the slot raises Pruned."""
        now = logs[f"val/{self.goal}"]
        self.best = now if self.best is None else max(self.best, now, key=partial(gain, self.goal))
        if epoch in self.rungs:
            self.slot.report(self.best, epoch)
