"""Whether a study's dense builders train under XLA: timed once at its start, recorded, and never changed inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import prod
from typing import Any

from search.files import read_json, write_json
from search.planning import Plan
from search.spaces import Space
from zoo.recipe import Recipe, TrainConfig
from zoo.space import Float, Parameter
from zoo.training.rungs import REDUCTION, rungs

KEY = "jit_compile"  # of study.json
FEWEST_STEPS = 5_000  # with fewer nothing saves seconds, and asking would import TensorFlow


def decide(plan: Plan, is_new: bool, said: Callable[[str], None]) -> None:
    """Put into `plan.jit_compile` which builders train under XLA: as recorded, else as timing them here says.

    Nothing is decided where `train.jit_compile` is fixed or searched. A study that is not new keeps what it has.
    """
    stored = read_json(plan.files.fingerprint)
    if KEY not in stored:
        decisions = _decisions(plan) if is_new and not plan.space.train[KEY].domain.points() else {}
        write_json(plan.files.fingerprint, {**stored, KEY: decisions})
        for builder in (name for name, decision in decisions.items() if decision["pays"]):
            said(f"{builder} trains under XLA, which pays in a study of this length")
    else:
        decisions = stored[KEY]
    plan.jit_compile.update({builder: bool(decision["pays"]) for builder, decision in decisions.items()})


def expected_steps(plan: Plan) -> float:
    """Return how many optimizer steps the trials of each builder take, when a pruner stops as many as it means to."""
    config = _config(plan)
    whole, marks = config.epochs, () if plan.settings.pruner == "none" else rungs(config.epochs)
    # of the trials that come to a rung, one in REDUCTION goes on
    epochs = sum(
        (end - begin) * REDUCTION**-passed
        for passed, (begin, end) in enumerate(zip((0, *marks), (*marks, whole), strict=True))
    )
    batches = -(-len(plan.splits.train) // config.batch_size)
    return plan.settings.trials / len(plan.space.builders) * epochs * batches


def possible_structures(plan: Plan, builder: str) -> int:
    """Return how many programs the trials of a builder may need: what is searched and not Live makes each."""
    spaces = (plan.space.builders[builder], plan.space.preparation, plan.space.train)
    searched = (parameter for space in spaces for parameter in space.values() if not parameter.live)
    return prod(max(1, len(parameter.domain.points())) for parameter in searched)


def _decisions(plan: Plan) -> dict[str, dict[str, Any]]:
    steps = expected_steps(plan)
    if steps < FEWEST_STEPS:
        return {}
    from zoo.training.compiling import expected_structures, pays, timing, worth_timing

    decisions = {}
    for builder in plan.space.builders:
        trials = plan.settings.trials / len(plan.space.builders)
        structures = expected_structures(possible_structures(plan, builder), trials) * max(1, plan.workers)
        recipe = _middle(plan, builder)
        if worth_timing(recipe, plan.splits.task, structures, steps):
            timed = timing(recipe, plan.workspace.splits(recipe.data, recipe.preparation), plan.workspace)
            decisions[builder] = {"pays": pays(timed, structures, steps), **asdict(timed)}
    return decisions


def _middle(plan: Plan, builder: str) -> Recipe:
    """Return a recipe in the middle of what is searched."""
    return Recipe(
        data=plan.dataset.source,
        builder=builder,
        model=_values(plan.space.builders[builder]),
        preparation=dict(plan.prepared),
        augment=_values(plan.space.augment),
        train=_config(plan),
        threads=plan.settings.threads,
    )


def _config(plan: Plan) -> TrainConfig:
    return TrainConfig(**{**_values(plan.space.train), "epochs": plan.epochs})


def _values(space: Space) -> Mapping[str, Any]:
    return {name: _middle_of(parameter) for name, parameter in space.items()}


def _middle_of(parameter: Parameter) -> Any:
    points = parameter.domain.points()
    if isinstance(parameter.domain, Float) and points:
        return points[0]
    return points[len(points) // 2] if points else parameter.default
