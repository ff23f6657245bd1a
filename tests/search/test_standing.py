"""How a study stands, read from disk while it runs, between calls and after its end."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

import search
from search.claiming.lock import study_lock
from search.drawing.ranges import read_ranges, read_settings
from search.files import StudyFiles, write_json
from search.result import Unreadable
from search.settings import Settings
from search.standing import command, runs_in, statuses
from zoo.errors import BadData, UnknownName

from .whole_studies import Leaver, ended, json_of, tune


@pytest.fixture
def left(tmp_path):
    """A study of four trials that was left after one."""
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver(trials=1))
    return tmp_path


def test_an_ended_study_has_its_stored_answer_as_its_status(study):
    assert json_of(search.status("wine", study.root)) == json_of(study.answer)


def test_a_study_on_its_way_has_counts_and_top_but_neither_champion_nor_baselines(left):
    answer = search.status("wine", left)
    assert (answer.trials.total, answer.trials.target, answer.trials.running) == (1, 4, 0)
    assert [record.slot for record in answer.top] == [0]
    assert (answer.champion, answer.baselines, answer.tracking) == (None, (), None)
    assert (answer.goal, answer.folder) == ("accuracy", "mlruns/studies/wine")


@pytest.mark.slow
def test_a_study_that_grows_shows_no_champion_of_the_past(grown, tmp_path):
    shutil.copytree(grown.study.root, tmp_path, dirs_exist_ok=True)
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, trials=9, watcher=Leaver(trials=1))
    answer = search.status("wine", tmp_path)
    assert (answer.trials.total, answer.trials.target, answer.champion) == (8, 9, None)


def test_who_runs_a_study_is_known_while_it_runs(study):
    assert runs_in("wine", study.root) is None
    with study_lock(study.folder):
        assert isinstance(runs_in("wine", study.root), int)
    assert runs_in("nothing", study.root) is None


def test_an_unknown_study_gets_the_nearest_name(study):
    with pytest.raises(UnknownName, match="did you mean 'wine'"):
        search.status("wien", study.root)


def test_the_frame_has_a_row_a_trial_and_a_column_a_value(study):
    frame = search.frame("wine", study.root)
    assert list(frame["slot"]) == [0, 1, 2, 3]
    assert list(frame["state"]) == [record.state for record in ended(study.records)]
    assert list(frame["model.units"]) == [record.values["model.units"] for record in ended(study.records)]
    assert study.answer.champion.validation["accuracy"] in set(frame["value"])
    finished = frame[frame["state"] == "finished"]
    assert list(finished["val/accuracy"]) == list(finished["value"])
    assert list(finished["params"]) == list(finished["parameters"])


def test_two_names_of_one_file_can_be_asked_for_again_and_again(study):
    for _ in range(2):
        assert search.status("wine", study.root).trials.total == len(search.frame("wine", study.root)) == 4


def test_reading_a_status_loads_neither_optuna_nor_tensorflow(study):
    program = (
        "import sys, search; answer = search.status('wine', sys.argv[1]); print(answer.champion.trial);"
        "print([name for name in ('optuna', 'tensorflow', 'keras', 'mlflow', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(study.root)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [study.answer.champion.trial, "[]"]


def test_the_command_that_goes_on_asks_for_what_was_asked(tmp_path):
    files = StudyFiles(tmp_path, "mine")
    files.make()
    settings = Settings(
        "my data.csv",
        target="y",
        builders=("mlp",),
        trials=7,
        fixed=read_settings(["model.activation=elu", "train.epochs=3"]),
        narrowed=read_ranges(["train.learning_rate=1e-4:0.01:log", "mlp.units=16,32"]),
    )
    write_json(files.fingerprint, stored_of(settings))
    words = shlex.split(command("mine", tmp_path))
    assert words[:5] == ["zoo", "tune", "my data.csv", "--study", "mine"]
    assert words[words.index("--target") + 1] == "y"
    assert words[words.index("--trials") + 1] == "7"
    assert "--seed" not in words
    assert words[words.index("--epochs") + 1] == "3"
    assert after(words, "--set") == ["model.activation=elu"]
    assert read_ranges(after(words, "--space")) == settings.narrowed


def stored_of(settings):
    """Return a study.json of these settings over an empty space."""
    asked = settings.asked()
    return {"goal": "accuracy", "experiment": "e", "threads": settings.threads, "space": {"train": {}}, "asked": asked}


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        ({"compress": True}, "--compress"),
        ({"device": "micro"}, "--device micro"),
        ({"device": "mobile", "precision": "dynamic"}, "--precision dynamic --device mobile"),
        ({"device": "server", "compress": True}, "--compress --device server"),
    ],
)
def test_what_a_device_decides_is_not_asked_for_again(tmp_path, asked, typed):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    write_json(files.fingerprint, stored_of(Settings("wine", **asked)))
    assert command("wine", tmp_path) == f"zoo tune wine {typed}"


def test_threads_that_only_python_can_ask_for_leave_no_command_to_type(tmp_path):
    files = StudyFiles(tmp_path, "mine")
    files.make()
    for threads, expected in ((1, "zoo tune wine --study mine"), (2, "")):
        write_json(files.fingerprint, stored_of(Settings("wine", threads=threads)))
        assert command("mine", tmp_path) == expected


def test_a_study_that_cannot_be_read_hides_no_other(study, tmp_path):
    shutil.copytree(study.root, tmp_path, dirs_exist_ok=True)
    for name, content in (("empty", {}), ("listed", [])):
        files = StudyFiles(tmp_path, name)
        files.make()
        write_json(files.fingerprint, content)
    empty, listed, wine = statuses(tmp_path)
    assert json_of(replace(wine, tracking=study.answer.tracking)) == json_of(study.answer)
    for bad in (empty, listed):
        assert isinstance(bad, Unreadable)
        assert f"{bad.study}/study.json is not as `zoo tune` wrote it" in bad.reason


@pytest.mark.parametrize("change", [{"champion": {"unheard_of": 1}}, {"champion": {}}, {"trials": None}])
def test_an_answer_that_cannot_be_read_names_its_file_and_the_cure(study, change, tmp_path):
    shutil.copytree(study.root, tmp_path, dirs_exist_ok=True)
    report = StudyFiles(tmp_path, "wine").report
    write_json(report, {**json.loads(report.read_text()), **change})
    with pytest.raises(BadData, match=r"report\.json is not the answer of a study.*same `zoo tune` again") as caught:
        search.status("wine", tmp_path)
    assert "\n" not in str(caught.value)


def after(words, option):
    """Return the words that follow each `option`."""
    return [words[place + 1] for place, word in enumerate(words) if word == option]


def test_a_study_without_any_table_yet_has_no_trials(left):
    for path in (left / "mlruns").glob("optuna.db*"):
        path.unlink()
    answer = search.status("wine", left)
    assert (answer.trials.total, answer.trials.target) == (0, 4)
