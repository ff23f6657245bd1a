"""objective: one trial, from values asked for to a number a goal; a plain function that outside drivers call too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from search.aims import Aims
from search.children.runners import Runner
from search.choosing.members import members_of
from search.choosing.scoring import Trial, Written, rows_of, scored, shortened
from search.claiming.attempt import Pruned, Slot
from search.costs.measuring import Scales, require_within
from search.drawing.chains import is_reshaped, steps_of
from search.drawing.hypermodels import active
from search.drawing.seeds import slot_seed
from search.drawing.suggest import suggest
from search.planning import Plan
from search.record.recorder import Recorder
from search.record.spooling import Spooling
from zoo.errors import Diverged
from zoo.goals import gain
from zoo.recipe import Recipe, TrainConfig
from zoo.training.rungs import rungs


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
    With folds and repeats it is the mean over all members, of which the weights of the first are left. An attempt that
    follows one that was cut short goes on from its checkpoint, in the member it was in. Raises what ends a trial early:
    Pruned at a rung, Infeasible (of which OverLimit is one), Diverged, TooSlow, and what a callback raises; WorkerDied
    when its process dies.
    """
    recipe = recipe_of(slot, plan)
    slot.drawn(recipe.values())
    slot.note(builder=recipe.builder)
    plan.files.trial(slot.slot).mkdir(parents=True, exist_ok=True)
    spool = recorder.open_trial(slot.slot, slot.attempt, {**recipe.values(), "seed": recipe.seed})
    written = Written(plan.files.trial(slot.slot) / "recipe.json", recipe, spool)
    written.write(recipe)
    scales = scales or Scales(plan.aims, plan.space)
    known = scales.forecast(recipe, partial(rows_of, plan, recipe))
    slot.note(costs=known, forecast=known)
    require_within(plan.aims, known)  # once noted: a trial that is refused leaves what it would have taken
    spooling = Spooling(spool, recipe, len(plan.splits.train))
    own = (spooling, _Reporting(slot, plan.aims, recipe, known))
    try:
        trial = Trial(slot, plan, written, callbacks, runner, scales)
        return scored(trial, members_of(recipe, plan.settings, plan.files, slot.slot), own)
    except Pruned as stopped:
        written.write(replace(shortened(recipe, stopped.epoch), compress=()))  # it was judged as it was trained
        raise
    except Diverged:
        spooling.diverged()
        raise
    except ChildProcessError:
        recorder.leave_trial(slot.slot, slot.attempt)  # another attempt is another run
        raise


def recipe_of(slot: Slot, plan: Plan) -> Recipe:
    """Return the recipe of a slot: its values as drawn, its seed from the study's seed and the slot."""
    drawn = suggest(plan.space, slot)
    return Recipe(
        data=plan.dataset.source,
        builder=drawn.builder,
        model=drawn.model if plan.own is None else active(plan.own.space, drawn.model),
        preparation=drawn.preparation,
        augment=drawn.augment,
        compress=steps_of(drawn.compress, plan.aims.precision),
        train=TrainConfig(**{**drawn.train, **_decided(plan, drawn.builder)}),
        plugins=() if plan.own is None else (plan.own.plugin.to_json(),),
        threads=plan.settings.threads,
        seed=slot_seed(plan.settings.seed, slot.slot, "training"),
    )


def _decided(plan: Plan, builder: str) -> dict[str, Any]:
    return {"jit_compile": plan.jit_compile[builder]} if builder in plan.jit_compile else {}


class _Reporting:
    """Reports the best score so far at rungs, where the pruner may stop the trial, and notes its size and health."""

    def __init__(self, slot: Slot, aims: Aims, recipe: Recipe, known: Mapping[str, float]) -> None:
        self.slot, self.aims, self.rungs, self.known = slot, aims, rungs(recipe.train.epochs), known
        self.goal, self.is_reshaped = aims.metric, is_reshaped(recipe)
        self.best: float | None = None

    def on_begun(self, parameters: int) -> None:
        """Note how many numbers the model's weights hold; raise OverLimit when they are too many."""
        takes = dict(self.known)
        if not self.is_reshaped:  # else it will have fewer
            takes["params"] = parameters
            self.slot.note(parameters=parameters, costs=takes)
            require_within(self.aims, {"params": parameters})
        goals = {name: takes[name] for name in self.aims.goals if name in takes}
        if len(self.aims.goals) > 1 and (goals or not self.is_reshaped):
            self.slot.takes(**goals)

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
