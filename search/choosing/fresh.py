"""Fresh: the recipes of the best trials trained on other seeds; what each training was worth is kept at once."""

from __future__ import annotations

import math
import shutil
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from threading import Lock
from typing import TYPE_CHECKING, Any

from search.children.failing import failure_of
from search.children.runners import Here, Runner
from search.children.succession import WorkerDied
from search.choosing.scoring import rows_of
from search.claiming.threads import Threads
from search.costs.measuring import Scales
from search.drawing.seeds import slot_seed
from search.files import read_json, write_json
from zoo.errors import BadData, Diverged, Infeasible, TooSlow
from zoo.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from search.claiming.trialling import Trialling
    from search.planning import Plan
    from search.settings import Settings

FILE, FOLDER = "finalists.json", "finalists"
MOST_DEATHS = 3  # of the process that trains, before its seed counts as failed


@dataclass(frozen=True)
class Training:
    """One training of a slot's recipe on a fresh seed: number `index` of as many as a trial has, on one fold."""

    slot: int
    index: int
    fold: int
    seed: int

    def recipe(self, plan: Plan) -> Recipe:
        """Return the recipe that the trial left, with this seed and on this fold."""
        recipe = read_recipe(plan.files.trial(self.slot) / "recipe.json")
        return replace(recipe, data=replace(recipe.data, fold=self.fold), seed=self.seed)


def trainings(slot: int, settings: Settings) -> Iterator[Training]:
    """Yield the trainings that a slot's recipe gets on fresh seeds: as many as its trial had, on the same folds."""
    for index in range(settings.repeats):
        for fold in range(settings.folds or 1):
            yield Training(slot, index, fold, slot_seed(settings.seed, slot, f"fresh {index}, fold {fold}"))


class Kept:
    """The fresh trainings of a study that have ended, in its finalists.json, which is whole at any moment."""

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / FILE, Lock()
        self._scores: dict[tuple[int, int], float | None] = {}
        self._rows: list[dict[str, Any]] = []
        with suppress(BadData, KeyError, TypeError, ValueError):  # what cannot be read is measured again
            rows = read_json(self._path)["fresh"]
            self._scores = {(int(row["slot"]), int(row["seed"])): _number(row["score"]) for row in rows}
            self._rows = rows

    def has(self, one: Training) -> bool:
        """Return whether a training has ended, well or not."""
        return (one.slot, one.seed) in self._scores

    def put(self, one: Training, score: float | None, **facts: Any) -> None:
        """Keep how one more training ended, None for one without a score."""
        with self._lock:
            self._scores[one.slot, one.seed] = score
            self._rows.append({"slot": one.slot, "seed": one.seed, "score": score, **facts})
            write_json(self._path, {"schema": 1, "fresh": self._rows})

    def scores(self, slot: int, settings: Settings) -> tuple[float | None, ...]:
        """Return the score of each fresh seed whose folds have all ended, by their mean; None where one failed."""
        rounds: dict[int, list[Training]] = {}
        for one in trainings(slot, settings):
            rounds.setdefault(one.index, []).append(one)
        whole = (folds for folds in rounds.values() if all(map(self.has, folds)))
        return tuple(_mean(self._scores[one.slot, one.seed] for one in folds) for folds in whole)


def train_all(trials: Trialling, slots: Sequence[int], kept: Kept) -> None:
    """Train what has no score yet, side by side where the study has a crew, and keep each score; stop in time."""
    plan, crew = trials.plan, trials.crew
    by_turns = zip(*(trainings(slot, plan.settings) for slot in slots), strict=True)  # a stop leaves all equally far
    todo = deque(one for turn in by_turns for one in turn if not kept.has(one))
    if not todo or trials.is_late:
        return
    trials.watcher.stage(f"training the best {len(slots)} again on fresh seeds")
    threads = Threads(min(len(crew.workers), len(todo)), crew.close) if crew else Threads()
    # limits were met in the search; a score that falls short of one now is what the fresh seed is there to tell
    aims = replace(plan.aims, goals=(plan.goal,), limits=())
    scales = Scales(aims, plan.space, trials.converter)
    threads.run(_Loop(trials, kept, threads, todo, scales, crew or Here(plan.workspace)).work)
    with suppress(OSError):
        (plan.files.folder / FOLDER).rmdir()


@dataclass(frozen=True)
class _Loop:
    """What each thread does until nothing is left to train."""

    trials: Trialling
    kept: Kept
    threads: Threads
    todo: deque[Training]
    scales: Scales
    runner: Runner = field(repr=False)

    def work(self) -> None:
        """Train one after another until none is left or the time is up."""
        while not self.trials.is_late and not self.threads.stopping.is_set():
            self.trials.watcher.heed()
            try:
                one = self.todo.popleft()
            except IndexError:
                return
            self._train(one)

    def _train(self, one: Training) -> None:
        began, folder = time.monotonic(), self.trials.plan.files.folder / FOLDER / f"{one.slot:04d}-{one.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        score, reason = self._score(one.recipe(self.trials.plan), folder)
        if reason is not None and self.threads.stopping.is_set():
            return  # what it ran on may have been taken from it
        self.kept.put(one, score, reason=reason, seconds=round(time.monotonic() - began, 3))
        self.trials.log.write(f"#{one.slot} on fresh seed {one.seed}: {reason or score}")
        shutil.rmtree(folder, ignore_errors=True)

    def _score(self, recipe: Recipe, folder: Path) -> tuple[float | None, str | None]:
        """Return the score of a recipe, or None and why; what is no fault of the recipe passes through."""
        reason = None
        for _ in range(MOST_DEATHS):
            try:
                return self._measured(recipe, folder), None
            except WorkerDied as error:  # a subclass of OSError
                reason = str(error)
                if self.threads.stopping.is_set():
                    break
            except (OSError, MemoryError):
                raise
            except (Infeasible, Diverged, TooSlow) as error:
                return None, str(error)
            except Exception as error:
                return None, failure_of(error).reason
        return None, reason

    def _measured(self, recipe: Recipe, folder: Path) -> float:
        plan, limit = self.trials.plan, self.trials.plan.settings.trial_timeout
        control = {"limit_s": None if limit is None else limit / plan.settings.members}
        finished = self.runner.run(
            recipe, folder, [self.trials.watcher], (), checkpoint=folder / "checkpoint", **control
        )
        score = self.scales.measure(finished, recipe, folder, partial(rows_of, plan, recipe)).metrics[plan.goal]
        if not math.isfinite(score):
            raise Diverged(f"the score is {score}; it must be finite.")
        return score


def _number(score: Any) -> float | None:
    return None if score is None else float(score)


def _mean(scores: Iterable[float | None]) -> float | None:
    known = list(scores)
    return None if None in known else fmean(known)
