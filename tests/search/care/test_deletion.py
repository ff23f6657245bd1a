"""Deleting a study takes all that is its own, and nothing else."""

from __future__ import annotations

import shutil

import pytest
from mlflow import MlflowClient

import search
from search.claiming.lock import study_lock
from search.claiming.storage import database
from search.tracking import ship, tracking_uri
from search.trials import read_study
from zoo.errors import BadValue, UnknownName

from ..whole_studies import Leaver, snapshot, tune


def _left(root, name):
    with pytest.raises(KeyboardInterrupt):
        tune(root, study=name, watcher=Leaver(trials=1))


def _runs(root):
    return {run.info.run_name for run in MlflowClient(tracking_uri(root)).search_runs(["1"])}


@pytest.fixture
def two(tmp_path):
    """A study with a champion and one that was left after a trial, whose name begins alike."""
    tune(tmp_path, study="one", trials=2)
    _left(tmp_path, "one-more")
    ship(tmp_path, wait_s=60)
    return tmp_path


@pytest.mark.slow
def test_all_of_a_study_goes_and_nothing_of_another(two):
    folder, spool = two / "mlruns" / "studies", two / "mlruns" / "spool"
    kept = snapshot(folder / "one-more"), sorted(path.name for path in spool.rglob("one-more*"))
    gone = search.delete("one", "one", two)
    client = MlflowClient(tracking_uri(two))
    assert (gone.trials, gone.runs) == (2, 3)
    assert gone.bytes > 1000
    assert [path.name for path in folder.iterdir()] == ["one-more"]
    assert (snapshot(folder / "one-more"), sorted(path.name for path in spool.rglob("*.jsonl"))) == kept
    assert _runs(two) == {"one-more", "one-more#0"}
    assert len(list((two / "mlruns" / "artifacts").iterdir())) <= 2
    assert client.search_registered_models() == []
    assert [record.slot for record in read_study(database(two), "one-more").records] == [0]
    with pytest.raises(UnknownName):
        search.status("one", two)


@pytest.mark.slow
def test_a_study_of_the_same_name_begins_anew(two):
    search.delete("one-more", "one-more", two)
    _left(two, "one-more")
    assert search.status("one-more", two).trials.total == 1
    assert {"one", "one#0", "one#1"} <= _runs(two)


@pytest.mark.slow
def test_without_its_name_once_more_or_while_it_runs_nothing_is_deleted(begun):
    before = snapshot(begun)
    with pytest.raises(BadValue, match=r"confirm is 'win', not the study's name; .* Try --confirm wine\.$"):
        search.delete("wine", "win", begun)
    with (
        study_lock(begun / "mlruns" / "studies" / "wine"),
        pytest.raises(BadValue, match="is being run by process .* delete another study"),
    ):
        search.delete("wine", "wine", begun)
    assert snapshot(begun) == before


def test_a_study_that_is_not_there_is_named_with_the_nearest(begun):
    with pytest.raises(UnknownName, match="did you mean 'wine'"):
        search.delete("wines", "wines", begun)


def test_trials_whose_folder_is_gone_can_be_deleted(begun):
    shutil.rmtree(begun / "mlruns" / "studies" / "wine")
    assert search.delete("wine", "wine", begun).trials == 0
    assert not (begun / "mlruns" / "studies" / "wine").exists()
    with pytest.raises(UnknownName):
        search.delete("wine", "wine", begun)


@pytest.mark.slow
def test_what_mlflow_cannot_forget_is_said_and_the_study_goes(two):
    (two / "mlruns" / "mlflow.db").write_text("no database")
    notes = []
    assert search.delete("one", "one", two, notes.append).runs == 0
    assert len(notes) == 1 and notes[0].endswith("; its runs are still there.")
    assert not (two / "mlruns" / "studies" / "one").exists()
