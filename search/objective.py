"""objective: one trial, from values asked for to a number a goal; a plain function that outside drivers call too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.aims import Aims
from search.attempt import Pruned, Slot
from search.files import write_json
from search.measuring import Scales, require_within
from search.planning import Plan
from search.recording import Recorder
from search.runners import Finished, Runner
from search.seeds import slot_seed
from search.spool import Spool
from search.suggest import suggest
from zoo.goals import gain
from zoo.recipe import Recipe, TrainConfig
from zoo.training.rungs import rungs

if TYPE_CHECKING:
    from zoo.dataset import Splits


def objective(
    slot: Slot,
    plan: Plan,
    recorder: Recorder,
    callbacks: Sequence[Any],
    runner: Runner,
    scales: Scales | None = None,
) -> float | tuple[float, ...]:
    """Draw values, train them and return what the goal, or each of several, is worth; leave recipe and weights on disk.

    That is on validation rows, by the best epoch; where goals or limits ask for it, `scales` weigh the exported file.
    An attempt that follows one that was cut short goes on from its checkpoint. Raises what ends a trial early: Pruned
    at a rung, Infeasible (of which OverLimit is one), Diverged, TooSlow, and what a callback raises; WorkerDied when
    its process dies.
    """
    recipe = recipe_of(slot, plan)
    slot.drawn(recipe.values())
    slot.note(builder=recipe.builder)
    plan.files.trial(slot.slot).mkdir(parents=True, exist_ok=True)
    spool = recorder.open_trial(slot.slot, slot.attempt, recipe.values())
    written = _Written(plan.files.trial(slot.slot) / "recipe.json", recipe, spool)
    written.write(recipe)
    scales = scales or Scales(plan.aims, plan.space)
    known = scales.forecast(recipe, partial(_splits, plan, recipe))
    own = (_Spooling(spool, recipe.train.epochs), _Reporting(slot, plan.aims, recipe.train.epochs, known))
    try:
        finished = _trained(slot, written, plan, (*own, *callbacks), runner)
        return _measured(slot, written, plan, finished, scales)
    except Pruned as stopped:
        written.cut(stopped.epoch)
        raise
    except ChildProcessError:
        recorder.leave_trial(slot.slot, slot.attempt)  # another attempt is another run
        raise


def _trained(slot: Slot, written: _Written, plan: Plan, callbacks: Sequence[Any], runner: Runner) -> Finished:
    """Return how a recipe ended that is trained, or trained on, within its time."""
    recipe, files, limit = written.recipe, plan.files, plan.settings.trial_timeout
    waits = () if plan.settings.pruner == "none" else rungs(recipe.train.epochs)
    control = {"checkpoint": files.checkpoint(slot.slot), "limit_s": limit}
    finished = runner.run(recipe, files.trial(slot.slot), callbacks, waits, **control)
    slot.note(epochs=finished.epochs, health=dict(finished.health))
    if finished.timed_out:
        slot.note(stopped=f"its {limit:g} s were up after epoch {finished.epochs}")
        written.cut(finished.epochs)
    return finished


def _splits(plan: Plan, recipe: Recipe) -> Splits:
    if dict(recipe.preparation) == dict(plan.prepared):
        return plan.splits  # without the seconds that TensorFlow takes to start here
    return plan.workspace.splits(recipe.data, recipe.preparation)


def _measured(
    slot: Slot, written: _Written, plan: Plan, finished: Finished, scales: Scales
) -> float | tuple[float, ...]:
    """Return the objectives of a trained recipe, and leave what it is worth and what its model takes."""
    recipe, folder = written.recipe, plan.files.trial(slot.slot)
    measured = scales.measure(finished, recipe, folder, partial(_splits, plan, recipe))
    slot.note(costs=dict(measured.costs), metrics=dict(measured.metrics))
    asked = {name: value for name, value in measured.costs.items() if name in plan.aims.costs}
    if asked:
        written.spool.metrics(finished.epochs, asked)
    scores = plan.aims.scores(measured.known())
    return scores if len(scores) > 1 else scores[0]


def recipe_of(slot: Slot, plan: Plan) -> Recipe:
    """Return the recipe of a slot: its values as drawn, its seed from the study's seed and the slot."""
    drawn = suggest(plan.space, slot)
    return Recipe(
        data=plan.dataset.source,
        builder=drawn.builder,
        model=drawn.model,
        preparation=drawn.preparation,
        augment=drawn.augment,
        train=TrainConfig(**{**drawn.train, **_decided(plan, drawn.builder)}),
        threads=plan.settings.threads,
        seed=slot_seed(plan.settings.seed, slot.slot, "training"),
    )


def _decided(plan: Plan, builder: str) -> dict[str, Any]:
    return {"jit_compile": plan.jit_compile[builder]} if builder in plan.jit_compile else {}


@dataclass(frozen=True)
class _Written:
    """The recipe of a trial in its file, which its run in MLflow has as well."""

    path: Path
    recipe: Recipe
    spool: Spool

    def write(self, recipe: Recipe) -> None:
        """Put `recipe` into the file, and send it again: an earlier one may have been sent already."""
        write_json(self.path, recipe.to_json())
        self.spool.artifact(self.path)

    def cut(self, epochs: int) -> None:
        """Write the recipe of what was trained up to `epochs`, so that a trial stopped early repeats to its own score.

        A share of the rows that grows up to the last epoch would grow faster in a shorter training.
        """
        grows = self.recipe.train.fidelity == "rows"
        changed = {"stop_after" if grows else "epochs": epochs}
        self.write(replace(self.recipe, train=replace(self.recipe.train, **changed)))


@dataclass(frozen=True)
class _Spooling:
    """Writes each epoch's metrics to the trial's spool, safe against a power cut at rungs."""

    spool: Spool
    epochs: int

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Append one point to each metric."""
        self.spool.metrics(epoch, logs, fsync=epoch in rungs(self.epochs))

    def on_resume(self, history: Sequence[Mapping[str, float]]) -> None:
        """Append the points of the epochs that an earlier attempt trained."""
        for epoch, logs in enumerate(history, start=1):
            self.spool.metrics(epoch, logs)


class _Reporting:
    """Reports the best score so far at rungs, where the pruner may stop the trial, and notes its size and health."""

    def __init__(self, slot: Slot, aims: Aims, epochs: int, known: Mapping[str, float]) -> None:
        self.slot, self.aims, self.rungs, self.known = slot, aims, rungs(epochs), known
        self.goal = aims.metric
        self.best: float | None = None

    def on_begun(self, parameters: int) -> None:
        """Note how many numbers the model's weights hold; raise OverLimit when they are too many."""
        self.slot.note(parameters=parameters)
        require_within(self.aims, {"params": parameters})
        takes = {"params": parameters, **self.known}
        if len(self.aims.goals) > 1:
            self.slot.takes(**{name: takes[name] for name in self.aims.goals if name in takes})

    def on_resume(self, history: Sequence[Mapping[str, float]]) -> None:
        """Report what an earlier attempt had reported; that one was not stopped there."""
        for epoch, logs in enumerate(history, start=1):
            self._take_in(logs)
            if epoch in self.rungs:
                self.slot.repeat(self.best, epoch)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Report at a rung; the slot raises Pruned."""
        self._take_in(logs)
        if epoch in self.rungs:
            self.slot.note(health={name: value for name, value in logs.items() if name.startswith("health/")})
            self.slot.report(self.best, epoch)

    def _take_in(self, logs: Mapping[str, float]) -> None:
        now = logs[f"val/{self.goal}"]
        self.best = now if self.best is None else max(self.best, now, key=partial(gain, self.goal))
