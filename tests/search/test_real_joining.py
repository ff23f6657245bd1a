"""`zoo worker` in shells of its own, with real training: killed and interrupted, and the numbers stay the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

import search
from search.claiming.storage import database
from search.files import StudyFiles

from .light_studies import STUDY, records, wait_until
from .processes import ZOO, a_third_as_fast, all_gone, children, needs_proc, workers
from .whole_studies import Leaver, ended, said, tune

pytestmark = pytest.mark.slow
EPOCHS = 1000  # of some hundredths of a second each: long enough for a checkpoint
COMMON = ("--builder", "mlp", "--sampler", "random", "--pruner", "none", "--quiet")
LONG = {"train.epochs": 1200, "train.patience": 1200}
OPTIONS = {"builders": ("mlp",), "sampler": "random", "pruner": "none", "workers": 1}


@pytest.fixture
def shell(tmp_path):
    """Return what starts `zoo` in a shell of its own; those that live at the end are killed."""
    started = []

    def start(*typed) -> subprocess.Popen:
        command = [*ZOO, *map(str, typed), "--root", str(tmp_path)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, cwd=tmp_path, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def count(root: Path, state: str) -> int:
    return [record.state for record in records(root)].count(state)


def whole(root: Path):
    """Return what must not depend on who ran the trials, the bytes of their histories included."""
    files = StudyFiles(root, STUDY)
    histories = {record.slot: files.trial(record.slot) / "history.json" for record in records(root)}
    return [(said(record), histories[record.slot].read_bytes()) for record in ended(records(root))]


def undisturbed(root: Path, trials: int, **fixed):
    with pytest.raises(KeyboardInterrupt):
        tune(root, watcher=Leaver(trials), trials=trials, fixed=fixed, **OPTIONS)
    return whole(root)


@pytest.mark.timeout(600)
def test_a_trial_whose_tune_was_killed_goes_on_from_its_checkpoint_in_a_worker_to_the_same_numbers(tmp_path, shell):
    set_ = {"train.epochs": EPOCHS, "train.patience": EPOCHS}
    typed = ("tune", "wine", *COMMON, "--trials", 1, *(f"--set={name}={value}" for name, value in set_.items()))
    killed, files = shell(*typed), StudyFiles(tmp_path, "wine")
    wait_until(lambda: count(tmp_path, "running"), 300)
    with a_third_as_fast(killed.pid):  # or a fast machine is through before the first state of 5 s is due
        wait_until(lambda: any(files.checkpoint(0).glob("*.npz")), 300)
    killed.kill()
    killed.wait()
    helper = shell("worker", "wine", "--quiet")
    out, err = helper.communicate()
    assert (helper.returncode, out, err) == (0, "trained 1 trial of wine: 1 finished; 1 of 1 have ended\n", "")
    tried = [(record.slot, record.state) for record in records(tmp_path)]
    assert tried == [(0, "killed"), (0, "finished")]
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        began = dict(connection.execute("SELECT attempt, began FROM zoo_claims WHERE slot = 0").fetchall())
    assert began[0] == 0 < began[1]
    assert whole(tmp_path) == undisturbed(tmp_path / "undisturbed", 1, **set_)


@needs_proc
@pytest.mark.timeout(600)
def test_killed_children_of_a_study_and_of_a_worker_are_replaced_and_the_numbers_stay_the_same(tmp_path, shell):
    several = ("--trials", 6, "--workers", 2, "--finalists", 0)
    study = shell("tune", "wine", *COMMON, *several, *(f"--set={name}={value}" for name, value in LONG.items()))
    wait_until(lambda: count(tmp_path, "running"), 300)
    helper = shell("worker", "wine", "--quiet", "--workers", 2)
    with a_third_as_fast(study.pid):  # or it may be through with all before the other has started
        wait_until(lambda: len(workers(helper.pid)) == 2 and count(tmp_path, "running") > 2, 300)
    for process in (study, helper):
        os.kill(workers(process.pid)[0], signal.SIGKILL)
    out, err = helper.communicate()
    assert (helper.returncode, err) == (0, "")
    assert study.communicate()[1] == ""
    assert study.returncode in (0, 1)  # by its proofs
    assert count(tmp_path, "killed") >= 1
    assert whole(tmp_path) == undisturbed(tmp_path / "undisturbed", 6, **LONG)
    assert search.status("wine", tmp_path).champion is not None


@pytest.mark.often("2")
@needs_proc
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_worker_its_children_and_its_slots_and_no_other(tmp_path, shell, number):
    study = shell("tune", "wine", *COMMON, "--trials", 20, "--epochs", 3000, "--set=train.patience=3000")
    wait_until(lambda: count(tmp_path, "running"), 300)
    helper = shell("worker", "wine", "--workers", 2)
    wait_until(lambda: count(tmp_path, "running") == 3, 300)
    left = list(children(helper.pid))
    helper.send_signal(number)
    out, err = helper.communicate()
    assert (helper.returncode, out) == (130, "")
    last = err.splitlines()[-1]
    assert last.startswith(
        "stopped. What ended here is kept, what ran is free for others. The same command goes on: zoo"
    )
    assert all_gone(left)
    assert study.poll() is None
    assert count(tmp_path, "interrupted") == 2
    again = shell("tune", "wine", *COMMON, "--trials", 20, "--epochs", 3000, "--set=train.patience=3000")
    _, err = again.communicate()
    assert again.returncode == 2
    assert f"is being run by process {study.pid}" in err
    assert "help with `zoo worker wine`" in err
    study.send_signal(number)
    assert study.wait() == 130
    assert count(tmp_path, "running") == 0
