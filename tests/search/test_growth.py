"""What a trial leaves below mlruns is small: database rows, a spool, a recipe and a curve."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from search.claiming.storage import database

from .light_studies import LightCrew, conduct

EPOCHS, FIRST, LAST = 30, 4, 10
MOST = 200_000  # bytes a trial, without model files


MORE = ("train/accuracy", "train/loss", "val/log_loss", "val/loss", "val/balanced_accuracy", "val/ece")


class Quick(LightCrew):
    """Trainings that take no time and tell as many metrics an epoch as real ones."""

    pause_s = 0.0

    @staticmethod
    def _call(callbacks, name, *given):
        if name == "on_epoch_end":
            epoch, logs = given
            given = epoch, {**dict.fromkeys(MORE, 1 / epoch), **logs}
        LightCrew._call(callbacks, name, *given)


def left(root: Path) -> int:
    """Return the bytes below mlruns that are no model's, once the databases are put in order."""
    with closing(sqlite3.connect(database(root))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as when the last process leaves
    files = (path for path in (root / "mlruns").rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.name != "weights.npz")


@pytest.mark.slow
def test_a_trial_of_thirty_epochs_leaves_less_than_200_kB(tmp_path):
    asked = {"ships": True, "crew": Quick, "fixed": {"train.epochs": EPOCHS}}
    conduct(tmp_path, trials=FIRST, **asked)
    before = left(tmp_path)
    conduct(tmp_path, trials=LAST, **asked)
    grown = (left(tmp_path) - before) / (LAST - FIRST)
    print(f"a trial of {EPOCHS} epochs leaves {grown:,.0f} bytes")
    assert 1_000 < grown < MOST
