"""Whether XLA pays: what compiling a structure costs and what it saves, timed once at the start of a study."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import tensorflow as tf

from zoo.augmentations import needed_facts
from zoo.dataset import Splits
from zoo.errors import Unsupported
from zoo.recipe import Recipe
from zoo.task import Task
from zoo.training.feeding import Data, OnDisk
from zoo.training.jitted import is_dense
from zoo.training.program import Program
from zoo.training.tally import Tally

if TYPE_CHECKING:
    from zoo.workspace import Workspace

STEPS, REPEATS = 64, 5  # at most as many steps a call, and calls, of which the quickest counts
LEAST_GAIN = 0.2  # of all that the training programs take; below it the memory of compiled programs is not worth it
# what no measurement reached: 1 s to compile a structure, and a saving of .2 ms a step, .7 ms with a vocabulary
LEAST_COMPILE_S, MOST_SAVED_S, MOST_SAVED_S_TEXT = 1.0, 2e-4, 7e-4
WORTH_S = 3.0  # timing takes some 2 s


@dataclass(frozen=True)
class Timing:
    """What the training programs of one structure cost, in seconds; `xla_step_s` is None where XLA serves none.

    `trace_s` is the time to a program's first step, `compile_s` what XLA adds to it.
    """

    trace_s: float
    compile_s: float
    graph_step_s: float
    xla_step_s: float | None


def expected_structures(possible: int, trials: int) -> float:
    """Return how many of the `possible` structures that many trials meet, when each is as likely as any other."""
    return possible * (1 - (1 - 1 / possible) ** trials)


def worth_timing(recipe: Recipe, task: Task, structures: float, steps: float) -> bool:
    """Return whether XLA could save seconds over a study of that many structures and optimizer steps, untimed."""
    if not is_dense(recipe.builder) or recipe.train.precision != "float32":
        return False
    saved = MOST_SAVED_S_TEXT if task.vocabulary else MOST_SAVED_S
    return steps * saved - structures * LEAST_COMPILE_S > WORTH_S


def timing(recipe: Recipe, splits: Splits, workspace: Workspace) -> Timing:
    """Return what the programs of the recipe's structure cost here, with XLA and without; takes some 2 seconds.

    Both stay in this workspace: a trial that trains here finds the right one made, workers make their own. Rows on the
    disk are not timed: XLA serves none. Raises what `fit` raises.
    """
    data = workspace.tensors(splits.train, splits.dataset.source.memory)
    if isinstance(data.x, OnDisk):
        return Timing(0.0, 0.0, 0.0, None)
    trace_s, graph_step_s = _timed(recipe, splits, workspace, False)
    try:
        compile_s, xla_step_s = _timed(recipe, splits, workspace, True)
    except Unsupported:
        return Timing(trace_s, 0.0, graph_step_s, None)
    return Timing(trace_s, compile_s, graph_step_s, xla_step_s)


def pays(timing: Timing, structures: float, steps: float) -> bool:
    """Return whether XLA takes at least LEAST_GAIN off what the programs of a study take.

    `structures` is how many programs are made, in each worker its own, and `steps` how many steps all trials take.
    """
    if timing.xla_step_s is None:
        return False
    without = structures * timing.trace_s + steps * timing.graph_step_s
    with_xla = structures * (timing.trace_s + timing.compile_s) + steps * timing.xla_step_s
    return with_xla <= (1 - LEAST_GAIN) * without


def _timed(recipe: Recipe, splits: Splits, workspace: Workspace, jit_compile: bool) -> tuple[float, float]:
    """Return the seconds to the first step, and a step's; XLA's programs trace the graph too, for the last batch."""
    asked = replace(recipe, train=replace(recipe.train, jit_compile=jit_compile))
    data, batch = workspace.tensors(splits.train), asked.train.batch_size
    steps = max(1, min(STEPS, (len(data.y) - 1) // batch))
    began, facts = time.perf_counter(), needed_facts(asked.augment, splits)
    program = workspace.program(asked, splits.task, facts, rows=len(data.y))
    _run(program, data, 1, batch)
    first = time.perf_counter() - began
    return first, min(_seconds(lambda: _run(program, data, steps, batch)) for _ in range(REPEATS)) / steps


def _run(program: Program, data: Data, steps: int, batch: int) -> None:
    program.run(data, tf.range(len(data.y)), (0, steps), batch, Tally.zero())


def _seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
