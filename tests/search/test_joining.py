"""Joining a study from another process: what it trains, what it leaves alone, and when it is refused."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

import search
import search.joining
import search.trialling
from search.elsewhere import ForeignRecord
from search.files import StudyFiles, read_json, write_json
from search.interrupts import interruptible
from search.joining import Joined, owners
from search.lock import study_lock
from search.recording import Recorder
from search.spooled import read
from search.tracking import PARENT_TAG
from search.trials import Trials
from search.watcher import Watcher
from zoo.errors import BadValue, UnknownName

from .light_studies import STUDY, LightCrew, Slow, conduct, helped, outcome, records, wait_until
from .studies import child, kill, needs_fork
from .whole_studies import Listener, runs

GRID = {"model.dropout": "0.1,0.2", "train.learning_rate": "0.001,0.01", "train.weight_decay": "0.001"}
SAMPLERS = {"random": {}, "grid": {"narrowed": GRID}}


@pytest.fixture
def left(tmp_path):
    """A study that was left after two of its eight trials."""
    with pytest.raises(KeyboardInterrupt):
        conduct(tmp_path, watcher=Leaving(2))
    return tmp_path


@pytest.fixture(autouse=True)
def none_left():
    """Kill what a failed test leaves: a process that hangs would be waited for."""
    yield
    for process in multiprocessing.active_children():
        os.kill(process.pid, signal.SIGKILL)
        process.join()


class Leaving(Listener):
    """Presses Ctrl-C after `trials` trials."""

    def __init__(self, trials):
        super().__init__()
        self.trials = trials

    def trial_ended(self, record, trials, best):
        super().trial_ended(record, trials, best)
        if len(self.ended) >= self.trials:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What comes out of an unbroken study with one worker, by its sampler."""
    found = {}
    for sampler, ranges in SAMPLERS.items():
        root = tmp_path_factory.mktemp(sampler)
        conduct(root, sampler=sampler, **ranges)
        found[sampler] = outcome(root)
    return found


def running(root: Path) -> list[int]:
    return [record.slot for record in records(root) if record.state == "running"]


def test_a_worker_trains_what_is_left_and_says_so(left):
    done = helped(left)
    assert (done.trials, dict(done.trained)) == (Trials(8, 8, 0, 0, 0, 8), {"finished": 6})
    assert done.text() == "trained 6 trials of wine: 6 finished; 8 of 8 have ended"
    assert conduct(left).total == 8
    assert len(records(left)) == 8


def test_a_worker_of_a_finished_study_trains_nothing(left):
    helped(left)
    before = len(records(left))
    done = helped(left)
    assert (dict(done.trained), len(records(left))) == ({}, before)
    assert done.text() == "trained no trial of wine: 8 of 8 have ended and none is free"


@needs_fork
@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("workers", [2, 4])
def test_with_random_and_grid_the_outcome_does_not_depend_on_the_number_of_workers(
    undisturbed, tmp_path, sampler, workers
):
    conduct(tmp_path, workers, sampler=sampler, **SAMPLERS[sampler])
    assert outcome(tmp_path) == undisturbed[sampler]


@needs_fork
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_nor_on_workers_that_join_and_processes_that_are_killed(undisturbed, tmp_path, sampler):
    moments = random.Random(0)
    begin = {"sampler": sampler, **SAMPLERS[sampler]}
    for _ in range(3):  # each time both are killed
        conductor = child(_conduct, tmp_path, begin)
        wait_until(lambda alive=conductor.is_alive: running(tmp_path) or not alive())  # by now all may have ended
        helper = child(helped, tmp_path, 2)
        time.sleep(moments.uniform(0.1, 0.5))
        for process in (conductor, helper):
            if process.is_alive():
                kill(process, may_end=True)
    helper = child(helped, tmp_path, 2)
    conductor = child(_conduct, tmp_path, begin)
    conductor.join()
    helper.join()
    assert outcome(tmp_path) == undisturbed[sampler]
    assert len({record.slot for record in records(tmp_path) if record.ended}) == 8


def _conduct(root, options):
    conduct(root, **options)


def beside(root: Path, *arguments):
    """Start a worker in a process of its own and wait until a trial of it runs."""
    process = child(helped, root, *arguments)
    wait_until(lambda: running(root))
    return process


@needs_fork
def test_opening_a_study_leaves_alone_what_a_worker_runs_and_its_end_is_heard_of(left):
    helper = beside(left, 1, Slow)
    (slot,) = running(left)
    wait_until(StudyFiles(left, STUDY).trial(slot).exists)
    part = StudyFiles(left, STUDY).trial(slot) / ".weights.npz.0a1b2c3d.part"  # as while it is being written
    part.touch()
    seen = Seen(part)
    assert conduct(left, crew=Slow, watcher=seen).total == 8
    helper.join()
    assert seen.was_there
    assert sorted(record.slot for record in seen.ended) == list(range(2, 8))
    assert {True, False} == {isinstance(record, ForeignRecord) for record in seen.ended}
    assert len(records(left)) == 8  # none was given up


class Seen(Listener):
    """Looks for a file when the first trial ends."""

    def __init__(self, path):
        super().__init__()
        self.path, self.was_there = path, False

    def trial_ended(self, record, trials, best):
        self.was_there = self.was_there or (not self.ended and self.path.exists())
        super().trial_ended(record, trials, best)


@needs_fork
def test_of_all_slots_the_best_five_keep_their_weights_whoever_trained_them(tmp_path):
    first = child(_conduct, tmp_path, {"trials": 12, "crew": Slow})
    wait_until(lambda: running(tmp_path))
    helped(tmp_path, 2)
    first.join()
    best = sorted((record for record in records(tmp_path)), key=lambda record: -record.value)[:5]
    kept = {path.parent.name for path in tmp_path.glob("mlruns/studies/wine/trials/*/weights.npz")}
    assert kept == {f"{record.slot:04d}" for record in best}
    assert not list(tmp_path.glob("mlruns/studies/wine/trials/*/checkpoint"))


@needs_fork
def test_what_a_worker_trained_is_in_mlflow_with_its_end(left):
    helper = beside(left, 1, Slow)
    conduct(left, ships=True)
    helper.join()
    found = runs(left, "wine, accuracy")
    states = {key: (run.info.status, run.data.tags["zoo.state"]) for key, run in found.items() if key != STUDY}
    assert sorted(states) == [f"wine-{slot:04d}-0" for slot in range(8)]
    assert set(states.values()) == {("FINISHED", "finished")}
    assert {run.data.tags[PARENT_TAG] for key, run in found.items() if key != STUDY} == {found[STUDY].info.run_id}


@needs_fork
def test_an_end_that_a_killed_worker_kept_from_its_spool_the_one_who_runs_the_study_writes(left):
    def die(self, record):
        os.kill(os.getpid(), signal.SIGKILL)  # between the database's end of the trial and the spool's

    def dying():
        Recorder.end_trial = die
        helped(left)

    conductor = child(_conduct, left, {"crew": Slow})
    wait_until(lambda: running(left))
    killed = child(dying)
    killed.join()
    conductor.join()
    assert (killed.exitcode, conductor.exitcode) == (-signal.SIGKILL, 0)
    ended = [record for record in records(left) if record.ended]
    folder = StudyFiles(left, STUDY).spool
    spools = [spool for one in ended for spool in folder.glob(f"wine-{one.slot:04d}-{one.attempt}-*.jsonl")]
    assert [[event["kind"] for event in read(spool)].count("end") for spool in spools] == [1] * 8


@needs_fork
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_worker_frees_its_slots_at_once(left, number):
    def working():
        with interruptible(Watcher(), lambda: ""):
            helped(left, 2, Endless)

    helper = child(working)
    wait_until(lambda: len(running(left)) == 2)
    os.kill(helper.pid, number)
    helper.join()
    assert running(left) == []
    assert owners(StudyFiles(left, STUDY)) == ()
    assert {record.state for record in records(left) if not record.ended} == {"interrupted"}
    assert helped(left).trials.total == 8


class Endless(LightCrew):
    """Trainings that do not end by themselves."""

    pause_s = 600.0


@needs_fork
def test_a_killed_workers_slot_goes_on_from_its_checkpoint_in_another_process(left):
    helper = beside(left, 1, Slow)
    (slot,) = running(left)
    wait_until(lambda: any(StudyFiles(left, STUDY).checkpoint(slot).glob("*.npz")))
    kill(helper)
    helped(left)
    tried = [record.state for record in records(left) if record.slot == slot]
    assert tried == ["killed", "finished"]
    assert read_json(StudyFiles(left, STUDY).trial(slot) / "history.json")["begun"] > 0


@needs_fork
def test_a_worker_that_hung_past_its_grace_writes_no_weights_over_its_successors(left, monkeypatch):
    monkeypatch.setattr(search.trialling, "KEPT_WEIGHTS", 99)
    helper = child(_hanging, left)
    wait_until(lambda: any(StudyFiles(left, STUDY).folder.glob("trials/*/checkpoint/*.npz")))
    (slot,) = running(left)
    time.sleep(0.05)  # it is between two epochs and holds no lock on the database
    os.kill(helper.pid, signal.SIGSTOP)
    assert helped(left, beat_s=0.1, grace_s=0.5).trials.total == 8
    weights = StudyFiles(left, STUDY).trial(slot) / "weights.npz"
    weights.write_text("the successor's")
    os.kill(helper.pid, signal.SIGCONT)
    helper.join()
    assert helper.exitcode == 0
    assert weights.read_text() == "the successor's"
    tried = [record.state for record in records(left) if record.slot == slot]
    assert tried == ["killed", "finished"]


def _hanging(root):
    done = helped(root, 1, Slow, beat_s=60.0)
    assert dict(done.trained) == {}


@needs_fork
def test_a_study_that_a_worker_runs_is_not_deleted_and_who_runs_it_is_told(left):
    helper = beside(left, 1, Endless)
    with pytest.raises(BadValue, match=f"are being run by process {helper.pid} on .*Wait for it or stop it"):
        search.delete(STUDY, STUDY, left)
    (owner,) = owners(StudyFiles(left, STUDY))
    assert (owner.pid, owner.kind) == (helper.pid, "worker")
    kill(helper)
    assert search.delete(STUDY, STUDY, left).trials > 0
    with pytest.raises(UnknownName):
        helped(left)


@needs_fork
def test_a_worker_that_comes_before_the_study_has_decided_waits_for_it(left):
    path = StudyFiles(left, STUDY).fingerprint
    stored = read_json(path)
    decided = stored.pop("jit_compile")
    write_json(path, stored)
    with study_lock(path.parent):
        helper = child(helped, left)
        helper.join(2)
        assert helper.is_alive() and running(left) == []
        write_json(path, {**stored, "jit_compile": decided})
        helper.join()
    assert helper.exitcode == 0
    assert len({record.slot for record in records(left) if record.ended}) == 8


def test_a_study_of_the_same_name_begun_meanwhile_is_not_joined(left, monkeypatch):
    path = StudyFiles(left, STUDY).fingerprint

    def begun_anew(*given):
        write_json(path, {**read_json(path), "id": "another"})

    monkeypatch.setattr(search.joining, "require_joinable", begun_anew)
    with pytest.raises(BadValue, match="was deleted and begun anew"):
        helped(left)


@pytest.mark.parametrize(
    ("trained", "words"),
    [
        ({"finished": 1}, "trained 1 trial of wine: 1 finished; 3 of 8 have ended"),
        ({"failed": 1, "pruned": 2}, "trained 3 trials of wine: 2 stopped early, 1 failed; 3 of 8 have ended"),
    ],
)
def test_what_was_done_is_said_in_a_line(trained, words):
    assert Joined(STUDY, Trials(8, 1, 1, 1, 0, 3), trained).text() == words
