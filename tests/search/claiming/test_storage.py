"""Studies survive what happens to files, and say it in one line."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import optuna
import pytest

from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import database, open_study
from zoo.errors import BadData, BadValue, Unsupported

from ..studies import child, ended, needs_fork, run, seeded


def _line(caught):
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_study_is_made_once_and_found_again(tmp_path):
    first = open_study(tmp_path, "s")
    assert database(tmp_path) == tmp_path / "mlruns" / "optuna.db"
    assert open_study(tmp_path, "s")._study_id == first._study_id


def test_a_study_that_goes_the_other_way_is_refused(tmp_path):
    open_study(tmp_path, "s", "minimize")
    with pytest.raises(BadValue) as caught:
        open_study(tmp_path, "s", "maximize")
    assert "minimize" in _line(caught)


def test_writers_begin_immediately_in_a_write_ahead_log(tmp_path):
    study = open_study(tmp_path, "s")
    engine = study._storage._backend.engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        with closing(sqlite3.connect(database(tmp_path), timeout=0)) as other:
            assert other.execute("SELECT count(*) FROM studies").fetchone() == (1,)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")


def test_optuna_stays_silent(tmp_path, capfd):
    run(tmp_path, 3)
    assert capfd.readouterr() == ("", "")


def test_mlruns_that_cannot_be_written_names_the_cure(tmp_path):
    (tmp_path / "mlruns").write_text("a file, not a folder")
    with pytest.raises(BadValue, match="--root") as caught:
        open_study(tmp_path, "s")
    assert str(tmp_path / "mlruns") in _line(caught)


def test_a_database_that_cannot_be_opened_names_the_cure(tmp_path):
    database(tmp_path).mkdir(parents=True)
    with pytest.raises(BadValue, match="--root") as caught:
        open_study(tmp_path, "s")
    _line(caught)


@pytest.mark.parametrize("content", [b"this is no database at all, but a text of some length" * 40])
def test_a_file_that_is_no_database_is_bad_data(tmp_path, content):
    database(tmp_path).parent.mkdir()
    database(tmp_path).write_bytes(content)
    with pytest.raises(BadData, match="damaged") as caught:
        open_study(tmp_path, "s")
    assert str(database(tmp_path)) in _line(caught)


def test_a_database_with_a_torn_page_is_bad_data(tmp_path):
    run(tmp_path, 5)
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database(tmp_path).read_bytes())
    content[4096 * 3 : 4096 * 8] = b"\xff" * (4096 * 5)
    database(tmp_path).write_bytes(content)
    with pytest.raises(BadData, match="damaged") as caught:
        open_study(tmp_path, "s")
    _line(caught)


def test_tables_of_another_optuna_are_unsupported(tmp_path):
    open_study(tmp_path, "s")
    with closing(sqlite3.connect(database(tmp_path))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9.9.9'")
    with pytest.raises(Unsupported, match="another version") as caught:
        open_study(tmp_path, "s")
    _line(caught)


def test_a_full_disk_in_the_middle_of_a_study_is_one_line(tmp_path):
    study = open_study(tmp_path, "s")

    def objective(slot):
        with study._storage._backend.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        slot.drawn({"x": "a" * 100_000})
        return 0.5

    with pytest.raises(Exception, match="cannot grow") as caught:
        run_slots(reopen(study), 3, objective, sampler_for=seeded())
    assert str(database(tmp_path)) in _line(caught)
    assert run(tmp_path, 3).total == 3


@needs_fork
def test_processes_that_make_the_database_at_once_all_succeed(tmp_path):
    made = [child(open_study, tmp_path, f"study-{number}") for number in range(4)]
    for process in made:
        process.join()
    assert [process.exitcode for process in made] == [0] * 4
    assert len(optuna.get_all_study_names(open_study(tmp_path, "s")._storage)) == 5


def test_studies_of_one_database_run_side_by_side(tmp_path):
    def other():
        run_slots(reopen(open_study(tmp_path, "t")), 15, lambda slot: 0.5, sampler_for=seeded())

    thread = threading.Thread(target=other)
    open_study(tmp_path, "t")
    thread.start()
    run(tmp_path, 15)
    thread.join()
    assert len(ended(tmp_path)) == 15
