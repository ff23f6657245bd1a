"""Seconds a trial, steady, of equal searches without pruning: `python -m pytest tests/benchmarks -m search`."""

from __future__ import annotations

import pytest

from .figures import columns, cpu, steady, table
from .measuring import Contender, at_most
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
KERAS_TUNER, SCRIPT = "KerasTuner RandomSearch", "Optuna + fit + MLflow"
ASKED = {  # builder: {trials: how many times as long the peers take at least}
    "mlp": {20: {KERAS_TUNER: 8, SCRIPT: 8}, 100: {KERAS_TUNER: 12, SCRIPT: 12}},
    "cnn": {20: {KERAS_TUNER: 4, SCRIPT: 4}},
    "lstm": {20: {KERAS_TUNER: 4, SCRIPT: 4}},
    "resnet": {20: {KERAS_TUNER: 2.5, SCRIPT: 2.5}},
}


@pytest.mark.parametrize("builder", ASKED)
def test_seconds_a_trial(builder, bench, show):
    trials = at_most("trials", max(ASKED[builder]))
    spec = Spec((builder,), trials, at_most("epochs", 10))
    found = bench.interleaved(
        {
            "zoo": Contender("zoo_study", spec),
            KERAS_TUNER: Contender("keras_tuner_search", spec),
            SCRIPT: Contender("optuna_search", Spec((builder,), trials, spec.epochs, tracking=True)),
        }
    )
    for mark, asked in ASKED[builder].items():
        shown = min(mark, trials)
        show(table(f"{builder}, seconds a trial at {shown} of {spec.epochs} epochs", found, steady(shown), asked))
        for name, rows in found.items():
            show(f"  {name}: {columns(rows, CPU_seconds_a_trial=cpu(shown), peak_MB=lambda row: row['peak_mb'])}")
    assert all(row["trials"] == trials for rows in found.values() for row in rows)
