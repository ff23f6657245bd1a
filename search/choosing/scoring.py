"""What a trial is worth: its trainings, done one after the other, and their scores as the study's objectives."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.children.runners import Finished, Runner
from search.choosing.members import Ended, Kept, Member, averaged, kept_of, retell, spread
from search.claiming.attempt import Slot
from search.costs.measuring import Measured, Scales, require_within
from search.files import write_json
from search.planning import Plan
from search.record.spool import Spool
from zoo.aside import sweep
from zoo.recipe import Recipe
from zoo.training.rungs import rungs

if TYPE_CHECKING:
    from zoo.dataset import Splits


@dataclass(frozen=True)
class Written:
    """The recipe of a trial in its file, which its run in MLflow has as well."""

    path: Path
    recipe: Recipe
    spool: Spool

    def write(self, recipe: Recipe) -> None:
        """Put `recipe` into the file, and send it again: an earlier one may have been sent already."""
        write_json(self.path, recipe.to_json())
        self.spool.artifact(self.path)

    def cut(self, epochs: int) -> None:
        """Write the recipe of what was trained up to `epochs`, so that a trial stopped early repeats to that score."""
        self.write(shortened(self.recipe, epochs))


@dataclass(frozen=True)
class Trial:
    """What the trainings of one trial share."""

    slot: Slot
    plan: Plan
    written: Written
    callbacks: Sequence[Any]
    runner: Runner
    scales: Scales

    @property
    def limit_s(self) -> float | None:
        """How many seconds each training may take: an even share of the trial's."""
        whole = self.plan.settings.trial_timeout
        return None if whole is None else whole / self.plan.settings.members

    def run(self, member: Member, callbacks: Sequence[Any], waits: Sequence[int] = ()) -> Finished:
        """Return how a member ended, which is trained, or trained on, within its time."""
        control = {"checkpoint": member.checkpoint, "limit_s": self.limit_s}
        return self.runner.run(member.recipe, member.folder, callbacks, waits, **control)

    def ended(self, member: Member, finished: Finished) -> Ended:
        """Return how a member ended with what it is worth."""
        rows = partial(rows_of, self.plan, member.recipe)
        return Ended(finished, self.scales.measure(finished, member.recipe, member.folder, rows))

    def keep(self, kept: Kept, member: Member, ended: Ended) -> None:
        """Put a member that has ended on the disk; raise LeaseLost where another process does that by now."""
        self.slot.lease.require()
        kept.add(member, ended)

    def cut_short(self, member: Member, epochs: int) -> None:
        """Note that the time was up."""
        from zoo.pipeline import training_s

        which = "" if self.plan.settings.members == 1 else f" of training {member.number + 1}"
        seconds = training_s(member.recipe, self.limit_s)
        self.slot.note(stopped=f"its {seconds:g} s were up after epoch {epochs}{which}")


def scored(trial: Trial, members: Sequence[Member], own: Sequence[Any]) -> float | tuple[float, ...]:
    """Return the objectives of a trial whose members are trained, and leave what it is worth and what it takes."""
    slot, aims, kept = trial.slot, trial.plan.aims, kept_of(trial.plan.files, trial.slot.slot)
    first = _first(trial, members[0], kept, own)
    measured = first.measured
    slot.note(costs=dict(measured.costs), metrics=dict(measured.metrics))
    if len(members) > 1:
        require_within(aims, measured.costs)
        measured = _mean(trial, members, kept, first)
    require_within(aims, measured.known())
    scores = aims.scores(measured.known())
    return scores if len(scores) > 1 else scores[0]


def _first(trial: Trial, member: Member, kept: Kept, own: Sequence[Any]) -> Ended:
    """Return how member 0 ended, at whose rungs the trial may be stopped."""
    waits = () if trial.plan.settings.pruner == "none" else rungs(member.recipe.train.epochs)
    callbacks, before = (*own, *trial.callbacks), kept.of(member)
    if before is not None:
        retell(before, member.folder, callbacks)
    finished = before.finished if before else trial.run(member, callbacks, waits)
    trial.slot.note(epochs=finished.epochs, health=dict(finished.health), parameters=finished.parameters)
    if finished.timed_out:
        trial.cut_short(member, finished.epochs)
        trial.written.cut(finished.epochs)
    ended = before or trial.ended(member, finished)
    if not before and trial.plan.settings.members > 1:
        trial.keep(kept, member, ended)
    return ended


def _mean(trial: Trial, members: Sequence[Member], kept: Kept, first: Ended) -> Measured:
    """Return what a trial is worth in the mean, once its other members have ended; note it and its spread."""
    spool, worth = trial.written.spool, []
    for member in members:
        ended = first if member.number == 0 else kept.of(member) or _other(trial, member, kept)
        worth.append(ended.measured)
        spool.metrics(member.number, {f"member/{name}": value for name, value in ended.measured.metrics.items()})
        if ended.finished.timed_out:
            trial.cut_short(member, ended.finished.epochs)
    mean, deviation = averaged(worth), spread(worth)
    trial.slot.note(metrics=dict(mean.metrics), spread=deviation)
    named = {"mean": mean.metrics, "spread": deviation}
    points = {f"{what}/{name}": value for what, values in named.items() for name, value in values.items()}
    spool.metrics(first.finished.epochs, points, fsync=True)
    return mean


def _other(trial: Trial, member: Member, kept: Kept) -> Ended:
    """Train a member that is not the first; its recipe stays, its model and its states do not."""
    member.folder.mkdir(parents=True, exist_ok=True)
    sweep(member.folder)
    path = member.folder / "recipe.json"
    write_json(path, member.recipe.to_json())
    finished = trial.run(member, trial.callbacks)
    if finished.timed_out:
        write_json(path, shortened(member.recipe, finished.epochs).to_json())
    ended = trial.ended(member, finished)
    (member.folder / "weights.npz").unlink(missing_ok=True)
    trial.keep(kept, member, ended)
    shutil.rmtree(member.checkpoint, ignore_errors=True)
    return ended


def rows_of(plan: Plan, recipe: Recipe) -> Splits:
    """Return the rows that a recipe of the study learns from."""
    if recipe.data == plan.dataset.source and dict(recipe.preparation) == dict(plan.prepared):
        return plan.splits  # without the seconds that TensorFlow takes to start here
    return plan.workspace.splits(recipe.data, recipe.preparation)


def shortened(recipe: Recipe, epochs: int) -> Recipe:
    """Return the recipe of what was trained up to `epochs`, which repeats to the score that it had there.

    A share of the rows that grows up to the last epoch would grow faster in a shorter training.
    """
    changed = {"stop_after" if recipe.train.fidelity == "rows" else "epochs": epochs}
    return replace(recipe, train=replace(recipe.train, **changed))
