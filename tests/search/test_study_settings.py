"""What a study is begun and gone on with: what may change, and how a mistake is met."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import search
from search.files import write_json
from search.standing import command
from zoo.errors import BadData, BadValue, UnknownName, Unsupported

from .whole_studies import Leaver, Listener, json_of, snapshot, tune


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"seed": 1}, "seed was 0 in study wine and is 1 now"),
        ({"fixed": {"train.epochs": 5}}, "train.epochs was 4 in study wine and is 5 now"),
        pytest.param(
            {"goal": "balanced_accuracy"},
            "goal was accuracy in study wine and is balanced_accuracy now",
            marks=pytest.mark.slow,
        ),
        pytest.param({"sampler": "random"}, "sampler was tpe in study wine and is random now", marks=pytest.mark.slow),
        pytest.param({"pruner": "none"}, "pruner was asha in study wine and is none now", marks=pytest.mark.slow),
        ({"narrowed": {"model.units": "32,64"}}, "mlp.units was 32, 64, 128, 256 in study wine and is 32, 64 now"),
        pytest.param({"threads": 2}, "threads was 1 in study wine and is 2 now", marks=pytest.mark.slow),
        ({"from_study": "digits"}, "from was not there in study wine and is digits now"),
        pytest.param(
            {"trial_timeout": 60.0}, "trial_timeout was not there in study wine and is 60.0 now", marks=pytest.mark.slow
        ),
        ({"workers": 2}, "workers was 0 in study wine and is 2 now"),
        pytest.param(
            {"fixed": {"train.fidelity": "rows"}},
            "train.fidelity was epochs in study wine and is rows now",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"fixed": {"train.jit_compile": True}},
            "train.jit_compile was False in study wine and is True now",
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:TensorFlow already runs")
def test_a_changed_setting_is_refused_by_name_with_a_free_study_and_nothing_is_written(begun, changes, key):
    before = snapshot(begun)
    with pytest.raises(BadValue, match=rf"({key}).* Try --study wine-2 --from wine, "):
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
    with pytest.raises(
        BadValue, match=r"^data was \w{12} in study mine and is \w{12} now; .* Try --study mine-2 --from mine, "
    ):
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


def test_a_study_of_an_earlier_version_goes_on_in_this_process(begun):
    path, leaver = begun / "mlruns" / "studies" / "wine" / "study.json", Leaver()
    stored = json.loads(path.read_text())
    for name in ("fidelity", "stop_after", "precision", "jit_compile"):
        del stored["space"]["train"][name]
    del stored["trial_timeout"], stored["workers"], stored["asked"]["workers"], stored["asked"]["trial_timeout"]
    write_json(path, stored)
    with pytest.raises(KeyboardInterrupt):
        search.resume("wine", begun, watcher=leaver)
    assert leaver.plan.workers == 0


@pytest.mark.slow
def test_a_study_ends_when_so_many_trials_in_a_row_were_no_better_and_so_it_stays(tmp_path):
    listener = Listener()
    answer = tune(tmp_path, trials=12, stop_after_no_gain=2, watcher=listener)
    values = [record.value if record.state == "finished" else 0.0 for record in listener.ended]
    assert max(values[:-2]) == max(values)
    assert answer.trials.total == len(values) < 12
    assert listener.notes == ["2 trials in a row were no better, so the study ends here"]
    again = Listener()
    assert json_of(tune(tmp_path, trials=12, stop_after_no_gain=2, watcher=again)) == json_of(answer)
    assert (again.ended, again.notes) == ([], [])


@pytest.mark.slow
def test_a_study_that_begins_from_an_earlier_one_draws_its_best_points_first(tmp_path, study):
    shutil.copytree(study.root / "mlruns", tmp_path / "mlruns")
    listener = Listener()
    tune(tmp_path, trials=1, study="second", from_study="wine", watcher=listener)
    best = search.status("wine", study.root).top[0]
    assert dict(listener.ended[0].values) == dict(best.values)
    assert "--from wine" in command("second", tmp_path)


@pytest.mark.slow
def test_a_grid_has_as_many_trials_as_points(tmp_path):
    listener = Listener()
    ranges = {"model.units": "32,64", "train.learning_rate": "0.001,0.01"}
    fixed = {"model.depth": 1, "model.activation": "relu", "model.dropout": 0.1, "train.weight_decay": 0.0}
    answer = tune(tmp_path, sampler="grid", pruner="none", narrowed=ranges, fixed=fixed, trials=20, watcher=listener)
    drawn = {(record.values["model.units"], record.values["train.learning_rate"]) for record in listener.ended}
    assert drawn == {(32, 0.001), (32, 0.01), (64, 0.001), (64, 0.01)}
    assert (answer.trials.total, answer.trials.target) == (4, 4)
    assert listener.notes == ["the grid has 4 points, so there are as many trials"]
