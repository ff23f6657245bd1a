"""A glance at a study while it runs, read from real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest

import search
from search.claiming.lock import study_lock
from search.claiming.owners import Owner, OwnerFile
from search.claiming.storage import open_study
from search.files import StudyFiles, write_json
from search.record.spool import Spool, trial_key
from search.stopping.pruning import reported
from search.terminal.glance import glance
from zoo.errors import UnknownName

ID = "0123456789ab"
EPOCHS = {"epochs": {"values": [30]}}


def begun(root, **changes):
    """Leave a study that has been set up, and return its files and Optuna's study."""
    files = StudyFiles(root, "s")
    files.make()
    known = {"goal": "accuracy", "experiment": "e", "threads": 1, "space": {"train": EPOCHS}, "id": ID}
    write_json(files.fingerprint, {**known, "asked": search.Settings("wine", trials=8).asked(), **changes})
    return files, open_study(root, "s", changes.pop("ways", "maximize"))


def ask(study, slot, attempt=0, **attributes):
    trial = study.ask()
    for name, value in {"slot": slot, "attempt": attempt, **attributes}.items():
        trial.set_user_attr(name, value)
    return trial


def spooled(files, slot, scores, attempt=0):
    spool = Spool(files.root, trial_key("s", slot, attempt, ID))
    spool.start("e", f"s#{slot}")
    for epoch, score in enumerate(scores, start=1):
        spool.metrics(epoch, {"val/accuracy": score, "train/accuracy": 1.0})
    return spool


@pytest.fixture
def busy(tmp_path):
    """A study of which one trial has finished, one was stopped, one failed and two run in this process."""
    files, study = begun(tmp_path)
    facts = {"builder": "mlp", "epochs": 30, "parameters": 90}
    study.tell(ask(study, 0, facts=facts), 0.9)
    early = {"reason": "stopped after epoch 3 at 0.5: others were better by then", "facts": {**facts, "epochs": 3}}
    study.tell(ask(study, 1, **early), state=search_state("PRUNED"))
    study.tell(ask(study, 2, reason="ValueError: 7", outcome="failed"), state=search_state("FAIL"))
    ask(study, 3, values={"model.builder": "cnn"})
    ask(study, 4, values={"model.builder": "mlp", "train.epochs": 12})
    with study_lock(files.folder), spooled(files, 3, [0.5, 0.8, 0.7]):
        yield files


def search_state(name):
    from optuna.trial import TrialState

    return TrialState[name]


def test_trials_that_run_tell_their_epoch_and_their_last_and_best_score(busy):
    cnn, mlp = glance("s", busy.root).running
    assert (cnn.slot, cnn.builder, cnn.epoch, cnn.epochs, cnn.last, cnn.best) == (3, "cnn", 3, 30, 0.7, 0.8)
    assert (mlp.slot, mlp.builder, mlp.epoch, mlp.epochs, mlp.last, mlp.best) == (4, "mlp", 0, 12, None, None)
    assert 0 <= cnn.seconds < 60


def test_a_trial_of_another_folder_is_known_by_its_reports(tmp_path):
    files, study = begun(tmp_path)
    trial = ask(study, 0)
    for epoch, score in ((3, 0.6), (9, 0.7)):
        reported(trial, score, epoch)
    with study_lock(files.folder):
        (one,) = glance("s", tmp_path).running
    assert (one.epoch, one.last, one.best) == (9, 0.7, 0.7)


def test_who_runs_a_study_is_told_by_locks(busy):
    now = glance("s", busy.root)
    assert (now.runner, [(one.kind, one.pid) for one in now.processes]) == (os.getpid(), [("conductor", os.getpid())])
    owner = OwnerFile(busy.folder, Owner.here("worker"))
    owner.hold()
    try:
        assert {one.kind for one in glance("s", busy.root).processes} >= {"worker"}
    finally:
        owner.let_go(settled=True)
    assert len(glance("s", busy.root).processes) == 1


def test_when_nobody_runs_it_a_study_has_no_running_trials_and_no_forecast(tmp_path):
    files, study = begun(tmp_path)
    ask(study, 0)
    now = glance("s", tmp_path)
    assert (now.is_over, now.running, now.time_left, now.processes) == (True, (), None, ())


def test_what_ended_early_is_there_with_its_reasons(busy):
    found = glance("s", busy.root).ended_early
    assert [(one.what, one.slots) for one in found] == [("stopped early", (1,)), ("failed", (2,))]


def test_the_time_left_is_forecast_from_the_trials_that_ended(busy):
    assert glance("s", busy.root).time_left.low >= 0


def test_as_json_it_is_the_answer_and_all_that_is_known_beside(busy):
    told = json.loads(json.dumps(glance("s", busy.root).to_json()))
    assert {"study", "goal", "trials", "top", "champion", "front"} <= set(told)
    assert [one["slot"] for one in told["running"]] == [3, 4]
    assert told["processes"][0]["pid"] == os.getpid()
    assert [one["slots"] for one in told["ended_early"]] == [[1], [2]]
    assert told["saved"]["stopped"]["trials"] == 1
    assert set(told["time_left"]) == {"seconds", "low", "high"}
    assert "records" not in told
    assert told["compressions"] == []


def test_looking_loads_neither_optuna_nor_tensorflow(busy):
    program = (
        "import sys; from pathlib import Path;"
        "from search.terminal.board import print_glance; from search.terminal.glance import glance;"
        "print_glance(glance('s', sys.argv[1]), Path());"
        "heavy = ('optuna', 'tensorflow', 'keras', 'mlflow', 'pandas', 'numpy', 'sqlalchemy');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(busy.root)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert f"run by   process {os.getpid()}" in done.stdout


def test_a_study_that_is_not_there_is_named(busy):
    with pytest.raises(UnknownName):
        glance("t", busy.root)


def test_moments_are_seconds_since_1970(busy):
    assert glance("s", busy.root, now=datetime.now().timestamp() + 3600).running[0].seconds > 3590
