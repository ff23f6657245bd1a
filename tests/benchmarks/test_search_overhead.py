"""What a trial costs beside its steps: CPU of engine, tracking and storage, early and late in a long study."""

from __future__ import annotations

import pytest

from .figures import median, warning
from .keeping import Row
from .measuring import Contender, at_most, rounds
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
ONE = {"mlp": {"units": (64,), "depth": (2,), "activation": ("relu",)}}  # structure: after its first trial none is new
SMALLEST = {"mlp": {"units": (8,), "depth": (1,), "activation": ("relu",)}}
TRIALS, LONG = 100, 5000
SETTLE = 10  # trials; what follows is measured once the imports of the exporter and of MLflow are over
EARLY, HALF = 50, 25  # trials 26 to 75 stand for trial 50


def window(row: Row, first: int, last: int) -> float:
    """Return the CPU milliseconds a trial between the ends of two trials, counted from 1."""
    first = max(1, min(first, last - 1))
    return 1000 * (row["cpu"][last - 1] - row["cpu"][first - 1]) / (last - first)


def test_cpu_of_a_trial_beside_its_steps(bench, show):
    trials, epochs = at_most("trials", TRIALS), at_most("epochs", 10)
    settle, found = min(SETTLE, trials // 3), []
    for number in range(rounds()):
        spec = Spec(("mlp",), trials, epochs, number, space=ONE, exports=False, settle=settle)
        study = bench.row(Contender("zoo_study", spec))
        alone = [bench.row(Contender(module, spec), study["drawn"]) for module in ("engine_alone", "arithmetic")]
        found.append([window(row, settle + 1, trials) for row in (study, *alone)])
    study, engine, steps = (median(column, float) for column in zip(*found, strict=True))
    show(f"\nCPU ms a trial of {epochs} epochs, mlp on digits, median of {len(found)}{warning()}")
    show(f"  the study {study:.0f}, of it fit alone {engine:.0f}, of it the steps alone {steps:.0f}")
    show(f"  engine {engine - steps:.0f} + tracking and storage {study - engine:.0f} = {study - steps:.0f}, asked 80")
    show(f"  each round: {[[round(one) for one in row] for row in found]}")


def test_cpu_of_late_trials(bench, show):
    trials = at_most("trials", LONG)
    settle = min(SETTLE, trials // 3)
    spec = Spec(("mlp",), trials, 1, data="wine", space=SMALLEST, exports=False, settle=settle)
    row = bench.row(Contender("zoo_study", spec))
    before = window(row, max(settle + 1, EARLY - HALF), min(trials, EARLY + HALF))
    after = window(row, trials - 2 * HALF, trials)
    show(f"\nCPU ms a trial of 1 epoch on wine, random sampler{warning()}")
    show(f"  {before:.0f} at trial {min(EARLY, trials)}, {after:.0f} at trial {trials}: {after / before:.2f}x, ")
    show(f"  asked at most 2x; {row['seconds']:.0f} s in all, {row['peak_mb']:,} MB at most")
    assert row["trials"] == trials
