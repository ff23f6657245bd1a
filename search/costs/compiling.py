"""Whether a study's dense builders train under XLA: timed once at its start, recorded, and never changed inside it."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from search.drawing.spaces import Space
from search.files import StudyFiles, read_json, write_json
from search.planning import Plan
from search.watcher import Watcher
from zoo import runtime
from zoo.errors import ZooError
from zoo.lazy import LazyRows
from zoo.recipe import Recipe, TrainConfig
from zoo.space import Float, Parameter
from zoo.training.rungs import REDUCTION, rungs

if TYPE_CHECKING:
    from search.children.workers import Crew
    from zoo.workspace import Workspace

KEY = "jit_compile"  # of study.json
FEWEST_STEPS = 5_000  # with fewer nothing saves seconds, and asking would import TensorFlow
MARGIN = 4  # a reader judges by the size of files, and memory that is free now may be less when a study goes on


def decide(plan: Plan, is_new: bool, watcher: Watcher, crew: Crew | None = None) -> None:
    """Put into `plan.jit_compile` which builders train under XLA: as recorded, else as timing them here says.

    Nothing is decided where `train.jit_compile` is fixed or searched, or rows may lie on the disk. A study that is
    not new keeps what it has. Nothing is timed before the `crew` is ready, whose start would take the processor.
    """
    stored = read_json(plan.files.fingerprint)
    if KEY not in stored:
        decisions = _decisions(plan, watcher, crew) if is_new and _is_open(plan.space.train) else {}
        write_json(plan.files.fingerprint, {**stored, KEY: decisions})
        for builder in (name for name, decision in decisions.items() if decision["pays"]):
            watcher.said(f"{builder} trains under XLA, which pays in a study of this length")
    plan.jit_compile.update(recorded(plan.files) or {})


def _is_open(train: Space) -> bool:
    """Return whether a user has left it to decide: models that they compile themselves have said so already."""
    return KEY in train and not train[KEY].domain.points()


def recorded(files: StudyFiles) -> dict[str, bool] | None:
    """Return which builders of a study train under XLA; None when that is not decided yet."""
    stored = read_json(files.fingerprint)
    return {builder: bool(made["pays"]) for builder, made in stored[KEY].items()} if KEY in stored else None


def expected_steps(plan: Plan) -> float:
    """Return how many optimizer steps the trials of each builder take, when a pruner stops as many as it means to."""
    config = _config(plan)
    whole, marks = config.epochs, () if plan.settings.pruner == "none" else rungs(config.epochs)
    # of the trials that come to a rung, one in REDUCTION goes on
    epochs = sum(
        (end - begin) * REDUCTION**-passed
        for passed, (begin, end) in enumerate(zip((0, *marks), (*marks, whole), strict=True))
    )
    epochs += (plan.settings.members - 1) * whole * REDUCTION ** -len(marks)  # of those that are not stopped
    batches = -(-len(plan.splits.train) // config.batch_size)
    return plan.settings.trials / len(plan.space.builders) * epochs * batches


def possible_structures(plan: Plan, builder: str) -> int:
    """Return how many programs the trials of a builder may need: what is searched and not Live makes each."""
    spaces = (plan.space.builders[builder], plan.space.preparation, plan.space.train)
    searched = (parameter for space in spaces for parameter in space.values() if not parameter.live)
    return prod(max(1, len(parameter.domain.points())) for parameter in searched)


def stays_in_memory(rows: np.ndarray | LazyRows, memory: int | None) -> bool:
    """Return whether rows are in memory, and surely will be where they may fill `memory` bytes; None: only here."""
    if isinstance(rows, (np.memmap, LazyRows)):
        return False
    return memory is None or MARGIN * rows.nbytes <= memory


def _decisions(plan: Plan, watcher: Watcher, crew: Crew | None) -> dict[str, dict[str, Any]]:
    memory = crew.memory if crew and plan.dataset.source.memory is None else None  # one asked for holds anywhere
    if expected_steps(plan) < FEWEST_STEPS or not stays_in_memory(plan.splits.train.x, memory):
        return {}
    watcher.stage("asking whether XLA pays")
    recipes = _worth_timing(plan)
    if not recipes:
        return {}
    if crew:
        crew.settle([watcher])
    workspace = _workspace(plan)
    decisions = {}
    for builder, (recipe, structures) in recipes.items():
        with suppress(ZooError):  # the middle of what is searched may diverge or be no model; trials tell of it
            decisions[builder] = _timed(plan, recipe, structures, workspace)
    del workspace
    gc.collect()  # of programs, whose graphs refer to themselves
    return decisions


def _worth_timing(plan: Plan) -> dict[str, tuple[Recipe, float]]:
    """Return, of each builder for which XLA could pay, a recipe to time and how many programs its trials may need."""
    runtime.start(plan.settings.threads)
    from zoo.training.compiling import expected_structures, worth_timing

    recipes, steps = {}, expected_steps(plan)
    for builder in plan.space.builders:
        trials = plan.settings.trials / len(plan.space.builders)
        structures = expected_structures(possible_structures(plan, builder), trials) * max(1, plan.workers)
        recipe = _middle(plan, builder)
        if worth_timing(recipe, plan.splits.task, structures, steps):
            recipes[builder] = recipe, structures
    return recipes


def _timed(plan: Plan, recipe: Recipe, structures: float, workspace: Workspace) -> dict[str, Any]:
    from zoo.training.compiling import pays, timing

    timed = timing(recipe, workspace.splits(recipe.data, recipe.preparation), workspace)
    return {"pays": pays(timed, structures, expected_steps(plan)), **asdict(timed)}


def _workspace(plan: Plan) -> Workspace:
    """Return where to time: the plan's own, where the first trial finds its program; with workers a passing one."""
    if not plan.workers:
        return plan.workspace
    from zoo.workspace import Workspace

    workspace = Workspace(plan.settings.threads)
    workspace.add(plan.splits, plan.prepared)
    return workspace


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
