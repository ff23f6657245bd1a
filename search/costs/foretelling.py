"""How long a study will take, told before anything is trained: from its models' work and a quick look at this machine.

The seconds of each part were fitted to timed training steps on one machine of two cores; what another one does
slower or faster is taken from two short loops of arithmetic. It is a guess, and its range says so.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from search.costs.compiling import expected_steps, possible_structures
from search.costs.forecasting import Forecast, within
from zoo.training.rungs import REDUCTION, rungs

if TYPE_CHECKING:
    from search.planning import Plan
    from zoo.artifact import Artifact
    from zoo.recipe import Recipe

RANGE = 2.5  # the forecast's range is from as many parts of it to as many times it
STEP_S, TRIAL_S, PROGRAM_S = 1e-4, 0.07, 0.33  # of any step, of a trial's bookkeeping, and to make any program
DENSE, CONVOLUTION, RECURRENT = ("FULLY_CONNECTED",), ("CONV_2D", "DEPTHWISE_CONV_2D"), ("LSTM", "WHILE")
OPERATOR_S = {DENSE: 2e-5, CONVOLUTION: 2.6e-4, RECURRENT: 4e-5}  # of a step; recurrent ones at each step in time
MAKING_S = {DENSE: 0.02, CONVOLUTION: 0.26, RECURRENT: 0.2}  # of a program
FLOPS, FLOPS_OF_A_MAC = 90e9, 6  # a second; forward, and backward by weights and by inputs
PASSES, TRAFFIC = 10, 8e9  # over the tensors between operators, and bytes a second
LOOP, GEMM_S, LOOP_S = 100_000, 0.0026, 0.0026  # of the two loops below, where all this was fitted
START_S, END_S = 9.0, 15.0  # TensorFlow's import; the files of a champion, proven, and its pictures
BATCH = 32


@dataclass(frozen=True)
class Pace:
    """How much longer than on the machine of the constants arithmetic takes here, and how much longer all else."""

    arithmetic: float
    rest: float


def pace() -> Pace:
    """Return how fast this machine is now; takes a tenth of a second."""
    import numpy as np

    matrix = np.full((64, 64), 0.5, "float32")  # small enough for one thread
    gemm = _least(lambda: [matrix @ matrix for _ in range(200)])
    loop = _least(lambda: sum(number & 7 for number in range(LOOP)))
    return Pace(gemm / GEMM_S, loop / LOOP_S)


def foretold(plan: Plan, weighed: Sequence[tuple[Recipe, int, Artifact]], now: Pace | None = None) -> Forecast:
    """Return how long `tune` takes for `plan`, by recipes that were weighed: each with its parameters and its file.

    Trainings stopped early, programs that trials share, fresh seeds of finalists and the champion's files count.
    """
    now, workers = now or pace(), max(1, plan.workers)
    together = min(workers, _cores())
    steps = expected_steps(plan) * len(plan.space.builders) + _steps_again(plan)
    trained = steps * _mean(step_s(one, plan, now) for one in weighed) + plan.settings.trials * TRIAL_S * now.rest
    made = workers * _programs(plan, workers) * _mean(program_s(one, now) for one in weighed)
    around = (START_S * workers / together + END_S) * now.rest
    return within((trained + made) / together + around, RANGE)


def step_s(one: tuple[Recipe, int, Artifact], plan: Plan, now: Pace) -> float:
    """Return the seconds of one optimizer step, with its share of the evaluation after each epoch."""
    recipe, _, file = one
    batch, shape = recipe.train.batch_size, plan.splits.task.input_shape
    work = FLOPS_OF_A_MAC * _macs(one, plan) * batch / FLOPS
    moved = PASSES * (file.facts.arena_bytes or 0) * batch / TRAFFIC
    times = {RECURRENT: shape[0] or 1} if shape else {}
    operators = sum(_count(file, kind) * taken * times.get(kind, 1) for kind, taken in OPERATOR_S.items())
    forward = len(plan.splits.validation) / max(1, len(plan.splits.train)) / 3
    return ((work + moved) * now.arithmetic + (STEP_S + operators) * now.rest) * (1 + forward)


def program_s(one: tuple[Recipe, int, Artifact], now: Pace) -> float:
    """Return the seconds until a program takes its first step."""
    return (PROGRAM_S + sum(_count(one[2], kind) * seconds for kind, seconds in MAKING_S.items())) * now.rest


def _count(file: Artifact, kind: tuple[str, ...]) -> int:
    """Return how many operators of a kind a file has."""
    return sum(count for name, count in (file.facts.operators or {}).items() if any(part in name for part in kind))


def _macs(one: tuple[Recipe, int, Artifact], plan: Plan) -> float:
    """Return the multiply-accumulates of one row; of a file with loops, all parameters at each step in time."""
    known, shape = one[2].facts.macs, plan.splits.task.input_shape
    return one[1] * (shape[0] if shape else 1) if known is None else known


def _steps_again(plan: Plan) -> float:
    """Return the steps of the trainings that no pruner stops: of folds, of repeats and of finalists."""
    settings, marks = plan.settings, () if plan.settings.pruner == "none" else rungs(plan.epochs)
    finished = max(1.0, settings.trials / REDUCTION ** len(marks))
    whole = plan.epochs * math.ceil(len(plan.splits.train) / BATCH)
    finalists = min(settings.finalists, settings.trials) if settings.finalists > 1 else 0
    return whole * (finished * (settings.members - 1) + finalists * settings.members)


def _programs(plan: Plan, workers: int) -> float:
    """Return how many programs each worker makes."""
    trials = plan.settings.trials / len(plan.space.builders) / workers
    possible = (possible_structures(plan, builder) for builder in plan.space.builders)
    return sum(number * (1 - (1 - 1 / number) ** trials) for number in possible)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return fmean(known) if known else 0.0


def _least(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(4):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
