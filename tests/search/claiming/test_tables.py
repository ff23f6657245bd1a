"""The table of claims, made beside Optuna's, and reading that locks nobody out."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import optuna
import pytest
from optuna.exceptions import StorageInternalError

from search.claiming.storage import database, open_study
from search.claiming.tables import clock, drop_claims, engine_of, make_claims, reading

from ..studies import child, needs_fork


@pytest.fixture
def engine(tmp_path):
    engine = engine_of(open_study(tmp_path, "s"))
    make_claims(engine)
    return engine


def test_the_table_is_made_once(engine, tmp_path):
    make_claims(engine)
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        (made,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'zoo_claims'").fetchone()
    assert made == 1


def make_in(root):
    make_claims(engine_of(open_study(root, "s")))


@needs_fork
def test_processes_that_make_it_at_once_all_succeed(tmp_path):
    made = [child(make_in, tmp_path) for _ in range(4)]
    for process in made:
        process.join()
    assert [process.exitcode for process in made] == [0] * 4


def test_reading_waits_for_no_writer_and_sees_one_moment(engine, tmp_path):
    with closing(sqlite3.connect(database(tmp_path), isolation_level=None)) as writer, reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM studies").scalar() == 1
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO studies (study_name) VALUES ('t')")
        writer.execute("COMMIT")
        assert connection.exec_driver_sql("SELECT count(*) FROM studies").scalar() == 1


def test_what_the_database_raises_fails_no_trial(engine):
    with pytest.raises(StorageInternalError), reading(engine) as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")


def test_the_clock_of_the_database_counts_seconds_since_1970(engine):
    from sqlalchemy import select

    before = time.time()
    with reading(engine) as connection:
        now = connection.execute(select(clock(engine))).scalar()
    assert before - 0.01 <= now <= time.time() + 0.01


def test_the_claims_of_one_study_go_and_those_of_another_stay(engine):
    row = "INSERT INTO zoo_claims VALUES (%d, 0, 0, 'somebody', NULL, 0, 0, 'running')"
    with engine.begin() as connection:
        for study in (1, 2):
            connection.exec_driver_sql(row % study)
    drop_claims(engine, 1)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT study FROM zoo_claims").scalars().all() == [2]


def test_a_study_in_memory_has_no_engine():
    assert engine_of(optuna.create_study()) is None
