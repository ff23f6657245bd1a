"""tune and resume, whole: a study on real data from its first call to its last answer."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient

import search
import zoo
from search.choosing.champion import VARIANTS
from search.files import write_json
from search.record.addresses import remembered
from search.tracking import ship, tracking_uri
from zoo.errors import BadValue
from zoo.recipe import read_recipe

from .whole_studies import EPOCHS, Leaver, Listener, ended, json_of, said, snapshot, tune


def test_the_same_call_returns_the_stored_answer_and_touches_no_file_of_the_study(study):
    kept = study.folder, study.root / "mlruns" / "spool", study.root / "mlruns" / "artifacts"
    before, listener = snapshot(*kept), Listener()
    again = tune(study.root, watcher=listener)
    assert json_of(again) == json_of(study.answer)
    assert snapshot(*kept) == before
    assert (listener.ended, listener.exported, listener.notes) == ([], 0, [])


def test_a_study_remembers_the_server_of_its_record_before_its_first_trial(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver(), tracking_uri="http://127.0.0.1:9")
    assert remembered(tmp_path) == "http://127.0.0.1:9"


@pytest.mark.slow
def test_resume_without_an_option_returns_the_stored_answer_too(study):
    before = snapshot(study.folder)
    assert json_of(search.resume("wine", study.root)) == json_of(study.answer)
    assert snapshot(study.folder) == before


def test_a_time_limit_stops_between_trials_says_so_and_crowns_what_is_there(grown):
    answer = grown.stopped.answer
    assert (answer.trials.total, answer.trials.target, answer.champion.trial) == (1, 4, "wine#0")
    assert len(answer.champion.variants) == len(VARIANTS)
    assert grown.notes == ["0.001 s are up; the same command goes on with the trials that are left"]


def test_resume_goes_on_without_the_options_being_repeated(grown):
    assert grown.study.answer.trials.total == 7
    recipes = [read_recipe(grown.study.trial(slot) / "recipe.json") for slot in range(7)]
    assert {recipe.builder for recipe in recipes} == {"mlp"}
    assert {recipe.train.epochs for recipe in recipes} == {3, EPOCHS}  # those stopped at the rung repeat up to it
    assert grown.study.answer.study == "wine"


def test_a_study_that_was_stopped_and_grown_repeats_an_unbroken_one_bit_for_bit(study, grown):
    assert list(map(said, ended(grown.study.records)[:4])) == list(map(said, ended(study.records)))
    for slot in range(4):
        ours, theirs = grown.study.trial(slot), study.trial(slot)
        assert (ours / "recipe.json").read_bytes() == (theirs / "recipe.json").read_bytes()
        if (theirs / "history.json").exists():
            assert (ours / "history.json").read_bytes() == (theirs / "history.json").read_bytes()


def test_growing_a_study_leaves_the_trials_it_had_untouched(grown):
    now = snapshot(grown.study.trial(0))
    assert {path: now.get(path) for path in grown.first_trial if "weights" not in path} == {
        path: kept for path, kept in grown.first_trial.items() if "weights" not in path
    }


def test_no_point_of_a_study_is_drawn_twice(grown):
    assert len({json.dumps(dict(record.values)) for record in ended(grown.study.records)}) == 7


def test_running_a_trials_recipe_elsewhere_repeats_its_numbers_exactly(study):
    slot = ended(study.records)[0].slot
    recipe = read_recipe(study.trial(slot) / "recipe.json")
    result = zoo.run(recipe, zoo.Workspace(recipe.threads))
    stored = json.loads((study.trial(slot) / "history.json").read_text())
    assert list(map(dict, result.trained.history)) == stored["history"]
    assert (result.report.metrics, result.trained.epoch) == (stored["validation"], stored["epoch"])
    with np.load(study.trial(slot) / "weights.npz") as weights:
        assert all(np.array_equal(weight, weights[f"arr_{at}"]) for at, weight in enumerate(result.trained.weights))


def test_a_study_left_in_mid_trial_keeps_what_is_done_and_ends_as_an_unbroken_one(tmp_path, study):
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver(trials=2))
    answer = search.status("wine", tmp_path)
    assert (answer.trials.total, answer.champion) == (2, None)
    assert [said(record) for record in reversed(ended(answer.top))] == [
        said(record) for record in reversed(ended(study.records)[:2])
    ]


@pytest.mark.slow
def test_two_studies_in_one_root_keep_apart(tmp_path):
    for name, seed in (("one", 0), ("two", 1)):
        with pytest.raises(KeyboardInterrupt):
            tune(tmp_path, study=name, seed=seed, watcher=Leaver(trials=1))
    first, second = (search.status(name, tmp_path) for name in ("one", "two"))
    assert (first.trials.total, second.trials.total) == (1, 1)
    assert dict(first.top[0].values) != dict(second.top[0].values)
    spooled = sorted(path.stem.rpartition("-")[0] for path in (tmp_path / "mlruns" / "spool").rglob("*.jsonl"))
    assert spooled == ["one", "one-0000-0", "two", "two-0000-0"]


def leave(root, trials=1):
    with pytest.raises(KeyboardInterrupt):
        tune(root, watcher=Leaver(trials=trials))


def run_ids(root):
    return {run.info.run_id for run in MlflowClient(tracking_uri(root)).search_runs(["1"])}


@pytest.mark.slow
def test_a_study_whose_folder_was_deleted_is_refused_until_its_trials_are_deleted_too_as_the_error_says(tmp_path):
    leave(tmp_path)
    folder = tmp_path / "mlruns" / "studies" / "wine"
    shutil.rmtree(folder)
    with pytest.raises(
        BadValue, match="trials of an earlier study 'wine'.* Choose another --study, or delete"
    ) as caught:
        tune(tmp_path)
    assert not (folder / "study.json").exists()
    cure = shlex.split(str(caught.value).rpartition(": ")[2])
    subprocess.run([Path(sys.executable).with_name(cure[0]), *cure[1:]], check=True, capture_output=True)
    leave(tmp_path)
    assert search.status("wine", tmp_path).trials.total == 1


def test_a_database_of_another_study_of_the_name_is_refused(tmp_path):
    leave(tmp_path)
    path = tmp_path / "mlruns" / "studies" / "wine" / "study.json"
    write_json(path, {**json.loads(path.read_text()), "id": "another"})
    with pytest.raises(BadValue, match="has 1 trials of an earlier study 'wine'"):
        tune(tmp_path)


@pytest.mark.slow
def test_a_study_begun_anew_beside_the_old_record_is_a_new_run_in_mlflow(tmp_path):
    leave(tmp_path)
    ship(tmp_path, wait_s=60)  # what the interrupted study had begun to send may hold the lock for some seconds
    before = run_ids(tmp_path)
    shutil.rmtree(tmp_path / "mlruns" / "studies")
    for path in (tmp_path / "mlruns").glob("optuna.db*"):
        path.unlink()
    leave(tmp_path)
    ship(tmp_path, wait_s=60)  # what the interrupted study had begun to send may hold the lock for some seconds
    assert len(before) == 2
    assert run_ids(tmp_path) > before
    assert len(run_ids(tmp_path)) == 4


@pytest.mark.slow
def test_a_study_whose_database_was_lost_trains_all_its_trials_again(tmp_path, study):
    leave(tmp_path, trials=2)
    for path in (tmp_path / "mlruns").glob("optuna.db*"):
        path.unlink()
    leave(tmp_path, trials=2)
    again = reversed(ended(search.status("wine", tmp_path).top))
    assert list(map(said, again)) == [said(record) for record in reversed(ended(study.records)[:2])]


@pytest.mark.slow
def test_a_report_that_was_deleted_is_written_again(tmp_path):
    first = tune(tmp_path, trials=1)
    (tmp_path / first.champion.recipe).with_name("report.json").unlink()
    again = tune(tmp_path, trials=1)
    assert again.champion.test == first.champion.test
    assert search.status("wine", tmp_path).champion is not None
