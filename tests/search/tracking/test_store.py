"""A store that is gone, broken, locked or new costs one line at most; the spools wait."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from search.record.spool import lock, spool_folder
from search.record.spooled import unsent
from search.tracking import database_path, prepare, ship

from .spools import EPOCHS, METRICS, SHIP, count_points, runs, write_study, write_trial


def test_a_study_without_its_database_trains_on_and_all_arrives_when_it_is_back(tmp_path: Path) -> None:
    database_path(tmp_path).mkdir(parents=True)
    with write_study(tmp_path) as study:
        for slot, status in enumerate(("FINISHED", "KILLED", "FAILED")):
            write_trial(tmp_path, slot, status)
            shipped = ship(tmp_path)
            assert (shipped.runs, shipped.waiting, len(shipped.warnings)) == (0, slot + 2, 1)
            assert "\n" not in shipped.warnings[0]
        study.end("FINISHED")
    database_path(tmp_path).rmdir()
    assert ship(tmp_path).warnings == ()
    states = {name: run.info.status for name, run in runs(tmp_path).items()}
    assert states == {"digits": "FINISHED", "digits#0": "FINISHED", "digits#1": "KILLED", "digits#2": "FAILED"}
    assert count_points(tmp_path) == 3 * EPOCHS * len(METRICS)


@pytest.mark.slow
def test_a_database_deleted_in_mid_study_is_made_anew_and_really_written(tmp_path: Path) -> None:
    with write_study(tmp_path):
        write_trial(tmp_path, 0)
        ship(tmp_path)
        database_path(tmp_path).unlink()
        time.sleep(1.5)  # sooner, SQLite refuses the old connection and the next call ships
        write_trial(tmp_path, 1)
        assert ship(tmp_path).warnings == ()
        assert count_points(tmp_path) == EPOCHS * len(METRICS)
        assert sorted(runs(tmp_path)) == ["digits", "digits#1"]


def test_a_corrupt_or_locked_database_gives_one_line_and_keeps_the_spool(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    database_path(tmp_path).write_bytes(b"no database at all" * 100)
    assert "not a database" in ship(tmp_path).warnings[0]
    database_path(tmp_path).unlink()
    prepare(tmp_path)
    with closing(sqlite3.connect(database_path(tmp_path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in ship(tmp_path, wait_s=0.1).warnings[0]
    assert ship(tmp_path).points == EPOCHS * len(METRICS)


def test_a_missing_mlflow_gives_one_line_and_keeps_the_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_trial(tmp_path, 0)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert ship(tmp_path).waiting == 1
    assert len(unsent(tmp_path)) == 1
    assert len(prepare(tmp_path)) == 1


def test_a_second_shipper_leaves_all_to_the_first_without_a_warning(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    with (spool_folder(tmp_path) / "ship.lock").open("ab") as file:
        assert lock(file.fileno())
        shipped = ship(tmp_path, wait_s=0.0)
    assert (shipped.waiting, shipped.warnings) == (1, ())
    assert ship(tmp_path).runs == 1


def test_nothing_to_ship_makes_no_database_and_imports_no_mlflow(tmp_path: Path) -> None:
    code = SHIP + "; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
    assert not database_path(tmp_path).exists()
