"""Replays: recorded curves told to a rule that stops trials, in other orders of arrival, and what that finds and costs.

A replay trains nothing: a trial scores at a rung what it really scored there, so that rules meet the very same trials.
The curves of the test in `tests/search/test_recorded_curves.py` were recorded and written by

    pytest tests/benchmarks/test_search_replay.py -m search -k digits
    python tests/benchmarks/replaying.py tests/benchmarks/rows/search_replay.jsonl tests/search/recorded_curves.json
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from search.choosing.fronts import front, hypervolume
from search.stopping.halving import Rung, Score
from zoo.training.rungs import rungs

PARTS = ("curves", "defaults")
IDLE = ("model.kernel", "model.normalization")  # the same in every trial


@dataclass(frozen=True)
class Curve:
    """A trial as it was recorded: its values, what its model takes, its scores by epoch, and when patience ends it."""

    values: Mapping[str, Any]
    costs: Mapping[str, float]
    scores: tuple[float, ...]
    ends: int

    def best(self, epoch: int) -> float:
        """Return the best score so far."""
        return max(self.scores[:epoch])

    @property
    def score(self) -> float:
        """What the trial is worth when nobody stops it."""
        return self.best(self.ends)


class Ended(NamedTuple):
    """How a replayed trial ended: after how many epochs, and whether a rule stopped it."""

    curve: Curve
    epochs: int
    stopped: bool


class Rule(Protocol):
    """What decides at a rung; one for each replay."""

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return whether the trial in `slot` ends after `epoch`."""


def curves_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Curve, ...]:
    """Return curves from their JSON."""
    return tuple(Curve(**{**row, "scores": tuple(row["scores"])}) for row in rows)


def arrivals(curves: Sequence[Curve], seed: int, count: int | None = None, first: Sequence[Curve] = ()) -> list[Curve]:
    """Return `count` of the curves, all by default, in the order that `seed` decides, those of `first` before them."""
    drawn = random.Random(seed).sample(list(curves), len(curves))
    return [*first, *drawn][: count or len(curves)]


def replayed(curves: Sequence[Curve], rule: Rule, at_once: int = 1) -> list[Ended]:
    """Return how the trials end that arrive in this order and of which `at_once` run side by side, an epoch each."""
    waiting, running, ended = list(enumerate(curves)), [], []
    while waiting or running:
        while waiting and len(running) < at_once:
            running.append([*waiting.pop(0), 0])
        for one in list(running):
            slot, curve, epoch = one
            one[2] = epoch = epoch + 1
            stopped = epoch in rungs(len(curve.scores)) and rule.stops(slot, epoch, curve)
            if stopped or epoch == curve.ends:
                running.remove(one)
                ended.append(Ended(curve, epoch, stopped))
    return ended


class Never:
    """Stops nothing."""

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return False."""
        return False


class Ours:
    """The rule of this project, with the goals `costs` beside the score."""

    def __init__(self, costs: Sequence[str] = (), make: Callable[[], Any] = Rung) -> None:
        self._rungs: dict[int, Any] = defaultdict(make)
        self._costs = costs

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return what the rung says."""
        rung = self._rungs[epoch]
        rung.put(slot, Score(curve.best(epoch), tuple(curve.costs[name] for name in self._costs)))
        return not rung.lets_go_on(slot)


class Halved:
    """Successive halving that keeps `kept(n)` of the n trials that have been at a rung, for comparison."""

    def __init__(self, kept: Callable[[int], int], skipped: int = 0) -> None:
        self._gains: dict[int, list[float]] = defaultdict(list)
        self._kept, self._skipped = kept, skipped

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return whether the trial is not among the best; never at the first `skipped` trials of a rung."""
        gains = self._gains[epoch]
        gains.append(curve.best(epoch))
        return len(gains) > self._skipped and gains[-1] < sorted(gains)[-self._kept(len(gains))]


class ByOptuna:
    """A pruner of Optuna's, in a study in memory."""

    def __init__(self, pruner: Any) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        self._study, self._trials = optuna.create_study(direction="maximize", pruner=pruner), {}

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return what the pruner says."""
        from optuna.trial import TrialState

        if slot not in self._trials:
            self._trials[slot] = self._study.ask()
        trial = self._trials[slot]
        trial.report(curve.best(epoch), epoch)
        stops = trial.should_prune()
        if stops or epoch == max(rungs(curve.ends + 1)):
            self._study.tell(trial, None if stops else curve.score, TrialState.PRUNED if stops else None)
        return stops


def finished(ended: Iterable[Ended]) -> list[Curve]:
    """Return the curves that nobody stopped."""
    return [one.curve for one in ended if not one.stopped]


def spent(ended: Iterable[Ended]) -> int:
    """Return the epochs of all trials."""
    return sum(one.epochs for one in ended)


def points(curves: Iterable[Curve], cost: str) -> list[tuple[float, float]]:
    """Return error and the logarithm of a cost: files differ by factors."""
    return [(1 - curve.score, math.log2(curve.costs[cost])) for curve in curves]


def share_of_volume(found: Sequence[Curve], curves: Sequence[Curve], cost: str) -> float:
    """Return the hypervolume of the curves `found` over that of all, below the corner of all their fronts.

    The corner is a tenth of the front's extent beyond its worst error and its largest cost.
    """
    whole = points(curves, cost)
    edge = [whole[place] for place in front(whole)]
    corner = tuple(max(part) + 0.1 * (max(part) - min(part) or 1) for part in zip(*edge, strict=True))
    return hypervolume(points(found, cost), corner) / hypervolume(edge, corner)


def recall(found: Sequence[Curve], curves: Sequence[Curve], cost: str) -> float:
    """Return which share of the points of the front of all curves are among those `found`."""
    whole = points(curves, cost)
    edge = {whole[place] for place in front(whole)}
    return len(edge & set(points(found, cost))) / len(edge)


def main() -> None:
    """Write the newest row of a file of rows as the fixture of a test: a curve a line, numbers to four digits."""
    rows, path = map(Path, sys.argv[1:])
    row = json.loads(rows.read_text("utf-8").splitlines()[-1])
    versions, data = row["key"]["versions"], row["key"]["spec"]["data"]
    head = {"data": data, "epochs": row["key"]["spec"]["epochs"], "recorded": row["at"], "versions": versions}
    parts = {name: ",\n".join(json.dumps(_brief(one), separators=(",", ":")) for one in row[name]) for name in PARTS}
    body = ",\n".join(f'"{name}": [\n{lines}\n]' for name, lines in parts.items())
    path.write_text(f'{{"about": {json.dumps(head)},\n{body}}}\n', "utf-8")


def _brief(curve: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in curve["values"].items() if name not in IDLE}
    brief = {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in values.items()}
    return {**curve, "values": brief, "scores": [round(score, 4) for score in curve["scores"]]}


if __name__ == "__main__":
    main()
