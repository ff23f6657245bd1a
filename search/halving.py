"""Asynchronous successive halving, in studies of one goal and of several, which Optuna's pruners refuse.

At each rung a trial is compared with those that have been there, and stops at once or goes on for good (the stopping
variant of ASHA: Li 2018, section 3; Jamieson and Talwalkar 2016).
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from search.fronts import dominates
from zoo.training.rungs import FIRST_RUNG, REDUCTION, rungs

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

COSTS = "costs"  # the user attribute that holds what a trial's structure costs, by goal
REPORTED = "reported "  # what user attributes begin with that hold a score after an epoch, in studies of several goals


@dataclass(frozen=True)
class Score:
    """What a trial is at a rung: `gain`, more is better, and what its structure costs, less is better."""

    gain: float
    costs: tuple[float, ...] = ()


class Rung:
    """The scores of the slots that have reached one epoch; a later attempt at a slot takes the place of an earlier."""

    def __init__(self) -> None:
        self._scores: dict[int, Score] = {}
        self._gains: list[float] = []  # ascending

    def put(self, slot: int, score: Score) -> None:
        """Take in a score."""
        before = self._scores.get(slot)
        if before is not None:
            del self._gains[bisect_left(self._gains, before.gain)]
        self._scores[slot] = score
        insort(self._gains, score.gain)

    def lets_go_on(self, slot: int) -> bool:
        """Return whether the slot is among the best third, of few the best one, or no other one dominates it.

        With costs a score is spared while nobody who costs no more scores as well: it may be of the front to come.
        """
        score = self._scores[slot]
        kept = max(1, len(self._gains) // REDUCTION)
        if score.gain >= self._gains[-kept]:
            return True
        return bool(score.costs) and not any(dominates(_point(other), _point(score)) for other in self._scores.values())


class Halving:
    """Halves the trials of a study at its rungs; with several `brackets`, as Hyperband (Li 2017) does.

    A trial of bracket b is not stopped before its rung b, counted from 0, and compared with trials of its own bracket.
    What earlier processes reported is read from the study once; all else is heard of, so that a report costs no more
    in a long study. Safe for several threads.
    """

    def __init__(self, brackets: int = 1) -> None:
        self._brackets = _spread(_shares(brackets))
        self._rungs: dict[tuple[int, int], Rung] = defaultdict(Rung)  # by bracket and epoch
        self._lock, self._has_read = Lock(), False

    def stops(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether `trial` shall stop after the epoch that it reported last."""
        with self._lock:
            if not self._has_read:
                self._read(study)
            epoch, slot = max(reports(trial)), trial.user_attrs["slot"]
            bracket = self._bracket(slot)
            self._put(study, trial, epoch)
            return epoch >= FIRST_RUNG * REDUCTION**bracket and not self._rungs[bracket, epoch].lets_go_on(slot)

    def _read(self, study: Study) -> None:
        for trial in study.get_trials(deepcopy=False):  # in order, so that the last attempt at a slot counts
            for epoch in reports(trial) if "slot" in trial.user_attrs else ():
                self._put(study, trial, epoch)
        self._has_read = True

    def _put(self, study: Study, trial: FrozenTrial, epoch: int) -> None:
        sign = 1 if study.directions[0].name == "MAXIMIZE" else -1  # the first goal is the metric that is reported
        score = Score(sign * reports(trial)[epoch], tuple(trial.user_attrs.get(COSTS, {}).values()))
        slot = trial.user_attrs["slot"]
        self._rungs[self._bracket(slot), epoch].put(slot, score)

    def _bracket(self, slot: int) -> int:
        return self._brackets[slot % len(self._brackets)]


def reports(trial: FrozenTrial) -> dict[int, float]:
    """Return what a trial reported, by epoch."""
    kept = (
        (name.removeprefix(REPORTED), value) for name, value in trial.user_attrs.items() if name.startswith(REPORTED)
    )
    return trial.intermediate_values or {int(epoch): value for epoch, value in kept}


def brackets_of(epochs: int) -> int:
    """Return how many brackets Hyperband has: one for each rung, at which it begins to stop trials."""
    return max(1, len(rungs(epochs)))


def _shares(brackets: int) -> list[int]:
    """Return of how many trials each bracket gets a share, the strictest first (Li 2017, algorithm 1)."""
    return [math.ceil(brackets * REDUCTION**left / (left + 1)) for left in reversed(range(brackets))]


def _spread(shares: Sequence[int]) -> tuple[int, ...]:
    """Return the brackets of as many slots as there are shares, those of each bracket at even distances."""
    moments = ((place + 0.5) / share for share in shares for place in range(share))
    brackets = (bracket for bracket, share in enumerate(shares) for _ in range(share))
    return tuple(bracket for _, bracket in sorted(zip(moments, brackets, strict=True)))


def _point(score: Score) -> tuple[float, ...]:
    return (-score.gain, *score.costs)
