"""A study's stored answer is true of where its root lies by now, and so is all else that a moved root holds."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient

import search
from search.answer import given_again
from search.answered import read_answer
from search.files import StudyFiles, read_json, write_json
from search.record.addresses import local_uri
from search.report.reporting import write_report
from search.tracking import fetch
from zoo.errors import BadData

from .whole_studies import json_of, tune


@pytest.fixture
def kept(study, tmp_path):
    """Keep an answer as that of a study of another root, and return its files."""
    files = StudyFiles(tmp_path, "wine")
    files.champion.mkdir(parents=True)

    def keep(**changes) -> StudyFiles:
        write_json(files.report, {**json_of(study.answer), **changes})
        return files

    return keep


def test_the_record_below_a_root_lies_where_the_root_lies(kept, study):
    moved = read_answer(kept())
    assert moved.tracking == {**study.answer.tracking, "uri": local_uri(moved_root := kept().root)}
    assert str(moved_root) in moved.tracking["uri"]
    assert json_of(replace(moved, tracking=study.answer.tracking)) == json_of(study.answer)


@pytest.mark.parametrize("tracking", [None, {"uri": "http://127.0.0.1:5000", "experiment": "e", "run": "r"}])
def test_a_record_elsewhere_lies_where_it_lay(kept, tracking):
    assert read_answer(kept(tracking=tracking)).tracking == tracking


def test_what_is_no_answer_is_named_with_its_file_and_the_cure(kept):
    for wrong in ({"tracking": "mlflow.db"}, {"trials": {}}):
        with pytest.raises(BadData, match=r"report\.json is not the answer .* Run the same `zoo tune` again"):
            read_answer(kept(**wrong))


class Sent:
    """A recorder that has nothing to send."""

    key = "wine-id"

    def __init__(self) -> None:
        self.ships = 0

    def close(self):
        """Hold nothing."""

    def ship(self):
        self.ships += 1


class Planned:
    """As much of a plan as says which study it is of."""

    experiment = "wine, accuracy"

    def __init__(self, files: StudyFiles) -> None:
        self.files = files


def test_an_answer_that_lies_right_is_neither_written_nor_sent_again(kept, study):
    files, recorder = kept(), Sent()
    write_json(files.report, json_of(read_answer(files)))
    before = files.report.stat().st_mtime_ns
    assert given_again(read_answer(files), Planned(files), recorder) == read_answer(files)
    assert (files.report.stat().st_mtime_ns, recorder.ships) == (before, 0)


def test_a_run_that_was_not_known_at_the_end_of_a_study_is_asked_for_again(kept, study, monkeypatch):
    files, recorder = kept(tracking={**study.answer.tracking, "run": None}), Sent()
    monkeypatch.setattr("search.tracking.run_id", lambda *asked: f"id of {asked[-1]}")
    answer = given_again(read_answer(files), Planned(files), recorder)
    assert (answer.tracking["run"], recorder.ships) == ("id of wine-id", 1)
    assert read_json(files.report)["tracking"] == answer.tracking


def named(root: Path, place: Path) -> list[str]:
    """Return which files and tables below a root name a place."""
    found = []
    for path in (path for path in (root / "mlruns").rglob("*") if path.is_file()):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                found += [f"{path.name}: {line[:99]}" for line in database.iterdump() if str(place) in line]
        elif not path.name.endswith((".db-wal", ".db-shm")) and str(place).encode() in path.read_bytes():
            found.append(str(path.relative_to(root)))
    return found


@pytest.fixture
def moved(study, tmp_path):
    """A copy of the study's root, whose original cannot be reached meanwhile, as after a move."""
    shutil.copytree(study.root, tmp_path / "new place")
    away = study.root.rename(study.root.with_name("away"))
    yield tmp_path / "new place"
    away.rename(study.root)


def test_after_a_move_the_next_start_leaves_nothing_that_names_the_old_place(study, moved, tmp_path):
    assert len(named(moved, study.root)) > 4  # what is to be mended
    assert search.status("wine", moved).tracking["uri"] == local_uri(moved)
    answer = tune(moved)
    assert named(moved, study.root) == []
    assert json_of(answer) == json_of(search.status("wine", moved)) == read_json(StudyFiles(moved, "wine").report)
    assert json_of(replace(answer, tracking=study.answer.tracking)) == json_of(study.answer)
    client = MlflowClient(answer.tracking["uri"])
    kept = client.download_artifacts(answer.tracking["run"], "report.html", str(tmp_path))
    assert Path(kept).read_bytes() == StudyFiles(moved, "wine").page.read_bytes()
    assert fetch(moved, "wine", None, "champion", (), tmp_path).trial == study.answer.champion.trial
    assert str(moved) not in write_report("wine", moved).read_text()
