"""What pruning saves and loses: rules that stop trials, replayed on learning curves that were really recorded.

Every comparison meets the same trials, in many orders of arrival; the curves are recorded once and kept as rows.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import optuna.pruners
import pytest

from search.choosing.fronts import dominates
from search.stopping.halving import Halving, Rung, Score, brackets_of
from zoo.training.rungs import FIRST_RUNG, REDUCTION

from .figures import warning
from .measuring import Contender, at_most
from .peers.job import Spec
from .replaying import (
    ByOptuna,
    Curve,
    Ended,
    Halved,
    Never,
    Ours,
    Rule,
    arrivals,
    curves_of,
    finished,
    recall,
    replayed,
    share_of_volume,
    spent,
)

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
EPOCHS, ORDERS, SUBSETS = 30, 20, 200
USUAL = 20  # trials of a study
RECORDED = {
    "digits": (Spec(("mlp", "cnn"), 150, EPOCHS), None),
    "swedish-leaf": (Spec(("mlp",), 120, EPOCHS, data="swedish-leaf"), "series/SwedishLeaf"),
    "fashion-mnist": (Spec(("mlp", "cnn"), 100, EPOCHS, data="fashion-mnist", rows=600), "fashion-mnist"),
}
Make = Callable[[], Rule]


@pytest.fixture(params=RECORDED)
def recorded(request, bench) -> tuple[str, tuple[Curve, ...], tuple[Curve, ...]]:
    """The name of the data, random draws, and each builder's default values with several seeds."""
    spec, folder = RECORDED[request.param]
    spec = Spec(**{**vars(spec), "trials": at_most("trials", spec.trials), "epochs": at_most("epochs", spec.epochs)})
    data = str(request.getfixturevalue("shared_data") / folder) if folder else spec.data
    row = bench.row(Contender("zoo_curves", spec), data=data)
    return request.param, curves_of(row["curves"]), curves_of(row["defaults"])


class Spared:
    """The rule of before: the best third by score, rounded down, and what nobody dominates."""

    def __init__(self, cost: str) -> None:
        self._cost, self._points = cost, {}

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return whether neither holds."""
        points = self._points.setdefault(epoch, [])
        points.append((-curve.best(epoch), curve.costs[self._cost]))
        third = sorted(points)[max(1, len(points) // REDUCTION) - 1]
        return points[-1][0] > third[0] and any(dominates(other, points[-1]) for other in points)


class Bracketed:
    """This project's Hyperband, for one goal."""

    def __init__(self) -> None:
        self._halving, self._rungs = Halving(brackets_of(EPOCHS)), {}

    def stops(self, slot: int, epoch: int, curve: Curve) -> bool:
        """Return what the rung of the slot's bracket says."""
        bracket = self._halving._bracket(slot)
        rung = self._rungs.setdefault((bracket, epoch), Rung())
        rung.put(slot, Score(curve.best(epoch)))
        return epoch >= FIRST_RUNG * REDUCTION**bracket and not rung.lets_go_on(slot)


def test_the_front_of_several_goals(recorded, show):
    name, curves, defaults = recorded
    show(f"\nfronts, {name}, {ORDERS} orders of arrival{warning()}; a score's deviation over seeds {_noise(defaults)}")
    for cost in ("bytes", "macs"):
        for count in dict.fromkeys((len(curves), min(60, len(curves)), USUAL)):
            show(
                f"  accuracy and {cost}, {count} trials: volume of the front, its points found, epochs of those of all"
            )
            for rule, make in {
                "ours": partial(Ours, (cost,)),
                "best third or undominated": partial(Spared, cost),
            }.items():
                show(f"    {rule:28}{_of_the_front(curves, count, cost, make)}")


def test_rules_for_few_trials(recorded, show):
    name, curves, _ = recorded
    best = max(curve.score for curve in curves)
    budgets = (100, 200, 300, 500)
    show(
        f"\n{USUAL} trials of {name}, {SUBSETS} subsets{warning()}: what the best trial loses, in thousandths, epochs;"
    )
    show(f"  and what is missing to the best of all {len(curves)} trials once {budgets} epochs are spent")
    for rule, make in _rules().items():
        runs = [replayed(arrivals(curves, seed), make()) for seed in range(SUBSETS)]
        few = [replayed(arrivals(curves, seed, USUAL), make()) for seed in range(SUBSETS)]
        lost = [max(one.curve.score for one in run) - _best(run) for run in few]
        missing = (1000 * statistics.mean(best - _best(_within(run, budget)) for run in runs) for budget in budgets)
        epochs = statistics.mean(spent(run) for run in few)
        show(f"  {rule:32}{_thousandths(lost)} {epochs:5.0f}   {'  '.join(f'{one:6.2f}' for one in missing)}")


def test_defaults_first(recorded, show):
    name, curves, defaults = recorded
    best = max(curve.score for curve in curves)
    builders = sorted({curve.values["model.builder"] for curve in defaults})
    show(f"\ndefaults first, {name}, {SUBSETS} subsets{warning()}: what is missing to the best of all, in thousandths")
    for rule, make in {"no pruner": Never, "ours": Ours}.items():
        for count in (6, 10, USUAL):
            for what, begins in {"random": False, "defaults first": True}.items():
                runs = [
                    replayed(
                        arrivals(curves, seed, count, _of_each(defaults, builders, seed) if begins else ()), make()
                    )
                    for seed in range(SUBSETS)
                ]
                missing, epochs = [best - _best(run) for run in runs], statistics.mean(map(spent, runs))
                show(f"  {rule:10} {count:3} trials, {what:16}{_thousandths(missing)}, {epochs:.0f} epochs")


def _rules() -> dict[str, Make]:
    halving, band = optuna.pruners.SuccessiveHalvingPruner, optuna.pruners.HyperbandPruner
    return {
        "no pruner": Never,
        "ours": Ours,
        "a third, rounded down": lambda: Halved(lambda n: max(1, n // 3)),
        "a third, rounded up": lambda: Halved(lambda n: math.ceil(n / 3)),
        "a third and one more": lambda: Halved(lambda n: min(n, 1 + n // 3)),
        "at least two": lambda: Halved(lambda n: min(n, max(2, n // 3))),
        "half": lambda: Halved(lambda n: math.ceil(n / 2)),
        "a third, none of the first 4": lambda: Halved(lambda n: max(1, n // 3), 4),
        "a third, none of the first 8": lambda: Halved(lambda n: max(1, n // 3), 8),
        "Optuna's successive halving, 3": lambda: ByOptuna(halving(min_resource=3, reduction_factor=3)),
        "Optuna's successive halving": lambda: ByOptuna(halving()),
        "Optuna's Hyperband, 3 to 30": lambda: ByOptuna(band(min_resource=3, max_resource=EPOCHS, reduction_factor=3)),
        "Optuna's median, after 5 trials": lambda: ByOptuna(optuna.pruners.MedianPruner(5, FIRST_RUNG)),
        "our Hyperband": Bracketed,
    }


def _of_the_front(curves: Sequence[Curve], count: int, cost: str, make: Make) -> str:
    volumes, found, epochs = [], [], []
    for seed in range(ORDERS):
        order = arrivals(curves, seed, count)
        run = replayed(order, make())
        volumes.append(share_of_volume(finished(run), order, cost))
        found.append(recall(finished(run), order, cost))
        epochs.append(spent(run) / spent(replayed(order, Never())))
    return ", ".join(map(_spread, (volumes, found, epochs)))


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _noise(defaults: Sequence[Curve]) -> str:
    """Return by builder how the scores of the same values differ from seed to seed."""
    builders = sorted({curve.values["model.builder"] for curve in defaults})
    scores = {one: [curve.score for curve in defaults if curve.values["model.builder"] == one] for one in builders}
    return ", ".join(f"{one} {statistics.stdev(found):.4f}" for one, found in scores.items())


def _best(run: Iterable[Ended]) -> float:
    return max((curve.score for curve in finished(run)), default=0.0)


def _within(run: Iterable[Ended], budget: int) -> list[Ended]:
    """Return the trials that ended before the budget of epochs was spent."""
    found, used = [], 0
    for one in run:
        used += one.epochs
        if used > budget:
            break
        found.append(one)
    return found


def _of_each(defaults: Sequence[Curve], builders: Sequence[str], seed: int) -> list[Curve]:
    return [next(iter(arrivals([c for c in defaults if c.values["model.builder"] == one], seed))) for one in builders]


def _thousandths(values: Sequence[float]) -> str:
    mean, error = statistics.mean(values), statistics.stdev(values) / math.sqrt(len(values))
    return f"{1000 * mean:6.2f} +- {1000 * error:.2f}"
