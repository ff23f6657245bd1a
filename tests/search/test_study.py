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
from search.champion import VARIANTS
from search.files import write_json
from search.storage import database
from search.tracking import ship, tracking_uri
from search.trials import read_study
from zoo.errors import BadData, BadValue, UnknownName, Unsupported
from zoo.recipe import read_recipe

from .whole_studies import EPOCHS, Leaver, Listener, ended, json_of, said, snapshot, tune


@pytest.fixture
def begun(tmp_path):
    """A study that was set up and left before its first trial."""
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver())
    return tmp_path


def test_the_same_call_returns_the_stored_answer_and_touches_no_file_of_the_study(study):
    kept = study.folder, study.root / "mlruns" / "spool", study.root / "mlruns" / "artifacts"
    before, listener = snapshot(*kept), Listener()
    again = tune(study.root, watcher=listener)
    assert json_of(again) == json_of(study.answer)
    assert snapshot(*kept) == before
    assert (listener.ended, listener.exported, listener.notes) == ([], 0, [])


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


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"seed": 1}, "seed was 0 in study wine and is 1 now"),
        ({"fixed": {"train.epochs": 5}}, "train.epochs was 4 in study wine and is 5 now"),
        ({"goal": "balanced_accuracy"}, "goal was accuracy in study wine and is balanced_accuracy now"),
        ({"sampler": "random"}, "sampler was tpe in study wine and is random now"),
        ({"pruner": "none"}, "pruner was asha in study wine and is none now"),
        ({"narrowed": {"model.units": "32,64"}}, "mlp.units was 32, 64, 128, 256 in study wine and is 32, 64 now"),
        ({"threads": 2}, "threads was 1 in study wine and is 2 now"),
        ({"workers": 2}, "workers was 0 in study wine and is 2 now"),
        ({"fixed": {"train.fidelity": "rows"}}, "train.fidelity was epochs in study wine and is rows now"),
        ({"fixed": {"train.jit_compile": True}}, "train.jit_compile was False in study wine and is True now"),
    ],
)
@pytest.mark.filterwarnings("ignore:TensorFlow already runs")
def test_a_changed_setting_is_refused_by_name_with_a_free_study_and_nothing_is_written(begun, changes, key):
    before = snapshot(begun)
    with pytest.raises(BadValue, match=rf"({key}).* Try --study wine-2\.$"):
        tune(begun, **changes)
    assert snapshot(begun) == before


def test_what_does_not_change_a_trial_may_change(begun):
    with pytest.raises(KeyboardInterrupt):
        tune(begun, watcher=Leaver(), trials=9, timeout=60.0)


def test_another_version_warns_and_locks_nobody_out(begun):
    path, leaver = begun / "mlruns" / "studies" / "wine" / "study.json", Leaver()
    stored = json.loads(path.read_text())
    write_json(path, {**stored, "versions": {**stored["versions"], "keras": "2.0.0"}})
    with pytest.raises(KeyboardInterrupt):
        tune(begun, watcher=leaver)
    assert len(leaver.notes) == 1
    assert leaver.notes[0].startswith("keras was 2.0.0 when this study began and is ")


def test_a_data_file_that_changed_under_its_study_is_refused(tmp_path):
    generator, path = np.random.default_rng(0), tmp_path / "mine.npz"
    x, y = generator.normal(size=(60, 4)), np.arange(60) % 3
    np.savez(path, x=x, y=y)
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, path, watcher=Leaver())
    np.savez(path, x=x + 1, y=y)
    before = snapshot(tmp_path)
    with pytest.raises(BadValue, match=r"^data was \w{12} in study mine and is \w{12} now; .* Try --study mine-2\.$"):
        tune(tmp_path, path)
    assert snapshot(tmp_path) == before


def test_the_same_data_under_another_path_is_the_same_study(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.random.default_rng(0).normal(size=(60, 4)), y=np.arange(60) % 3)
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, path, watcher=Leaver())
    (tmp_path / "moved").mkdir()
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, shutil.move(path, tmp_path / "moved" / "mine.npz"), watcher=Leaver())


@pytest.mark.parametrize(
    "data, changes, error",
    [
        ("wien", {}, UnknownName),
        ("wine", {"builders": ("mlpp",)}, UnknownName),
        ("wine", {"builders": ("cnn",)}, Unsupported),
        ("wine", {"fixed": {"model.depth": 12}}, BadValue),
        ("wine", {"fixed": {"train.monitor": "accuracy"}}, BadValue),
        ("wine", {"study": "../wine"}, BadValue),
        ("wine", {"goal": "acuracy"}, UnknownName),
    ],
)
def test_a_mistake_is_met_before_anything_is_written(tmp_path, data, changes, error):
    with pytest.raises(error) as caught:
        tune(tmp_path, data, **changes)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_resume_of_an_unknown_study_names_the_nearest(begun):
    with pytest.raises(UnknownName, match="did you mean 'wine'"):
        search.resume("wien", begun)


def test_a_study_of_arrays_goes_on_only_with_the_arrays(tmp_path):
    arrays = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, arrays, watcher=Leaver())
    with pytest.raises(BadData, match="give it again as data="):
        search.resume("arrays", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        search.resume("arrays", tmp_path, data=arrays, watcher=Leaver())


def test_resume_goes_on_to_the_trials_that_were_asked_for_last(begun):
    leaver = Leaver()
    for resumed in (lambda: tune(begun, trials=9, watcher=Leaver()), lambda: search.resume("wine", begun, leaver)):
        with pytest.raises(KeyboardInterrupt):
            resumed()
    assert leaver.plan.settings.trials == 9


def test_a_study_left_in_mid_trial_keeps_what_is_done_and_ends_as_an_unbroken_one(tmp_path, study):
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver(trials=2))
    answer = search.status("wine", tmp_path)
    assert (answer.trials.total, answer.champion) == (2, None)
    assert [said(record) for record in reversed(ended(answer.top))] == [
        said(record) for record in reversed(ended(study.records)[:2])
    ]


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


def test_a_study_begun_anew_beside_the_old_record_is_a_new_run_in_mlflow(tmp_path):
    leave(tmp_path)
    ship(tmp_path)
    before = run_ids(tmp_path)
    shutil.rmtree(tmp_path / "mlruns" / "studies")
    for path in (tmp_path / "mlruns").glob("optuna.db*"):
        path.unlink()
    leave(tmp_path)
    ship(tmp_path)
    assert len(before) == 2
    assert run_ids(tmp_path) > before
    assert len(run_ids(tmp_path)) == 4


def test_a_study_that_does_not_say_how_many_workers_goes_on_with_those_it_began_with(begun):
    leaver = Leaver()
    with pytest.raises(KeyboardInterrupt):
        tune(begun, watcher=leaver, workers=None)
    assert leaver.plan.workers == 0


def test_a_study_of_an_earlier_version_goes_on_in_this_process(begun):
    path, leaver = begun / "mlruns" / "studies" / "wine" / "study.json", Leaver()
    stored = json.loads(path.read_text())
    for name in ("fidelity", "stop_after", "precision", "jit_compile"):
        del stored["space"]["train"][name]
    del stored["workers"], stored["asked"]["workers"], stored["asked"]["trial_timeout"]
    write_json(path, stored)
    with pytest.raises(KeyboardInterrupt):
        search.resume("wine", begun, watcher=leaver)
    assert leaver.plan.workers == 0


def test_data_in_memory_is_trained_on_in_this_process(tmp_path):
    arrays, leaver = (np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3), Leaver(trials=1)
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, arrays, watcher=leaver, workers=2)
    assert leaver.plan.workers == 0
    assert [record.state for record in leaver.ended] == ["finished"]


@pytest.mark.slow
def test_the_outcome_of_a_random_study_is_the_same_here_in_one_worker_and_in_two(tmp_path):
    for workers in (0, 1, 2):
        with pytest.raises(KeyboardInterrupt):
            options = {"workers": workers, "sampler": "random", "pruner": "none", "trials": 5}
            tune(tmp_path, study=f"with-{workers}", watcher=Exporting(), **options)
    here, one, two = (whole(tmp_path, f"with-{workers}") for workers in (0, 1, 2))
    assert here == one == two


class Exporting(Listener):
    """Leaves when all trials have ended."""

    def exporting(self, champion):
        raise KeyboardInterrupt


def whole(root, name):
    """Return what must not depend on where the trials of a study ran, the bytes of their histories included."""
    records = ended(read_study(database(root), name).records)
    folder = root / "mlruns" / "studies" / name / "trials"
    return [(said(record), (folder / f"{record.slot:04d}" / "history.json").read_bytes()) for record in records]


@pytest.mark.slow
def test_a_study_in_a_worker_ends_with_the_answer_of_one_in_this_process(tmp_path, study):
    answer = tune(tmp_path, workers=1)
    assert list(map(said, answer.top)) == list(map(said, study.answer.top))
    assert answer.champion.test == study.answer.champion.test
    assert not list((tmp_path / "mlruns" / "studies" / "wine" / "trials").rglob("checkpoint"))


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
