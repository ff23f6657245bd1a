"""Wall-clock until 98.5 % of the validation rows of digits are right, start-up included; runs that never are count."""

from __future__ import annotations

import statistics

import pytest

from .figures import warning, when
from .keeping import Row
from .measuring import Contender, at_most
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
TARGET, CAP, EPOCHS, ASKED = 0.985, 300, 30, 5
MANY = 1000  # trials: the cap ends a run, not their number


def _spec(search: str, pruner: str = "none", patience: int | None = 5) -> Spec:
    epochs = at_most("epochs", EPOCHS)
    settings = {"search": search, "pruner": pruner, "patience": patience, "target": TARGET, "exports": False}
    return Spec(("mlp", "cnn"), at_most("trials", MANY), epochs, **settings)


def test_seconds_to_the_target(bench, show):
    contenders = {
        "zoo tune, TPE and ASHA": Contender("zoo_study", _spec("tpe", "asha")),
        "KerasTuner Hyperband": Contender("keras_tuner_search", _spec("hyperband")),
        "KerasTuner BayesianOptimization": Contender("keras_tuner_search", _spec("bayesian")),
        "Optuna TPE and median pruner": Contender("optuna_search", _spec("tpe", "median", None)),
    }
    cap = at_most("seconds", CAP)
    found = bench.interleaved(contenders, limit=cap)
    medians = {name: statistics.median(_seconds(row, cap) for row in rows) for name, rows in found.items()}
    ours, *theirs = medians.values()
    show(f"\nseconds to {TARGET:.1%} on digits, median of {len(found['KerasTuner Hyperband'])}, cap {cap} s{warning()}")
    for name, rows in found.items():
        each = ", ".join("never" if not row.get("reached") else f"{row['reached']:.1f}" for row in rows)
        show(f"  {name:32} {medians[name]:7.1f}  {medians[name] / ours:5.2f}x  each round: {each}")
    show(f"  the best of them takes {min(theirs) / ours:.2f}x, asked {ASKED}x; {when(found)}")


def _seconds(row: Row, cap: float) -> float:
    """Return the seconds from the start of the process to the target; the cap where it was not reached."""
    return row.get("reached") or cap
