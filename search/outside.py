"""The objective for drivers from outside, such as Ray Tune: plain values in, scores out, no study and no Optuna."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from search.children.runners import Here
from search.costs.measuring import Scales, require_within
from search.drawing.chains import steps_of
from search.drawing.hypermodels import active
from search.drawing.spaces import BUILDER, Space, StudySpace, adjusted
from search.planning import Plan, make_plan
from search.settings import settings_of
from search.watcher import Watcher
from zoo.converter import Converter
from zoo.errors import BadValue
from zoo.recipe import Recipe, TrainConfig

Report = Callable[[int, Mapping[str, float]], Any]


def objective_for(data: Any, **options: Any) -> Objective:
    """Return a function from values to scores that trains in this process; `options` are those of `search.tune`.

    Data is read, split and checked once; nothing is written. Raises what `search.tune` raises for a wrong option.
    """
    return Objective(make_plan(settings_of(data, **options), Watcher()))


@dataclass(frozen=True)
class Objective:
    """What a recipe of given values is worth; a driver decides which values, when to stop, and what to keep."""

    plan: Plan

    @property
    def space(self) -> dict[str, Any]:
        """What values may be, by builder or part and name: {"values": [...]} or {"low", "high", "log"}."""
        return self.plan.space.to_json()

    @property
    def goals(self) -> dict[str, str]:
        """The scores to aim at, the first first, and whether to minimize or to maximize each."""
        return dict(zip(self.plan.aims.objectives, self.plan.aims.directions, strict=True))

    def recipe(self, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe of values by dotted name, such as `model.units`; what is not named keeps its default.

        `model.builder` must be among them where there are several. Raises UnknownName or BadValue for a wrong one.
        """
        builder, space = _settled(self.plan.space, values)
        model = _values(space.builders[builder])
        own = self.plan.own
        return Recipe(
            data=self.plan.dataset.source,
            builder=builder,
            model=model if own is None else active(own.space, model),
            preparation=_values(space.preparation),
            augment=_values(space.augment),
            compress=steps_of(_values(space.compress), self.plan.aims.precision),
            train=TrainConfig(**_values(space.train)),
            plugins=() if own is None else (own.plugin.to_json(),),
            threads=self.plan.settings.threads,
            seed=self.plan.settings.seed,
        )

    def __call__(self, values: Mapping[str, Any], report: Report | None = None) -> dict[str, float]:
        """Train the recipe of `values`; return its scores on validation rows by name, and the costs that goals ask for.

        `report(epoch, scores)` is called after each epoch; what it raises ends the training and passes through. Raises
        Infeasible for values that make no model or one beyond a limit, and Diverged.
        """
        recipe, plan = self.recipe(values), self.plan
        rows = partial(plan.workspace.splits, recipe.data, recipe.preparation)
        with TemporaryDirectory(prefix="zoo-") as folder, Converter() as converter:
            scales = Scales(plan.aims, plan.space, converter)
            require_within(plan.aims, scales.forecast(recipe, rows))
            told = [] if report is None else [_Reporting(report)]
            finished = Here(plan.workspace).run(recipe, Path(folder), told)
            measured = scales.measure(finished, recipe, Path(folder), rows)
        require_within(plan.aims, measured.known())
        return measured.known()


@dataclass(frozen=True)
class _Reporting:
    """Hands the scores of each epoch on, without the part that they belong to."""

    report: Report

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Report what the epoch was worth on validation rows."""
        self.report(epoch, {name[4:]: value for name, value in logs.items() if name.startswith("val/")})


def _settled(space: StudySpace, values: Mapping[str, Any]) -> tuple[str, StudySpace]:
    """Return the builder that values name, and the space with all of them fixed."""
    chosen = values.get(BUILDER)
    if chosen is None and len(space.builders) > 1:
        raise BadValue(f"{BUILDER} is not given; it must be one of {', '.join(space.builders)}. Name it.")
    settled = adjusted(space, values, {})
    return next(iter(settled.builders)), settled


def _values(space: Space) -> dict[str, Any]:
    """Return the one value of each parameter that is fixed, and the default of each other one."""
    points = {name: parameter.domain.points() for name, parameter in space.items()}
    return {name: points[name][0] if len(points[name]) == 1 else p.default for name, p in space.items()}
