"""The whole command from a cold process, 20 trials, against the peers' whole scripts; with and without our exports."""

from __future__ import annotations

import pytest

from .figures import table
from .measuring import Contender, at_most
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
KERAS_TUNER, SCRIPT = "KerasTuner RandomSearch", "Optuna + fit + MLflow"


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_the_whole_command(builder, bench, show):
    trials, epochs = at_most("trials", 20), at_most("epochs", 10)
    spec = Spec((builder,), trials, epochs)
    found = bench.interleaved(
        {
            "zoo tune": Contender("zoo_command", spec),
            KERAS_TUNER: Contender("keras_tuner_search", spec),
            SCRIPT: Contender("optuna_search", Spec((builder,), trials, epochs, tracking=True)),
        }
    )
    title = f"{builder}, {trials} trials of {epochs} epochs from a cold process, seconds"
    show(table(title, found, lambda row: row["seconds"], dict.fromkeys((KERAS_TUNER, SCRIPT), 3)))
    show(table(f"{title}, without our exports", found, lambda row: row.get("searched", row["seconds"]), {}))
    assert all(row["trials"] == trials for rows in found.values() for row in rows)
