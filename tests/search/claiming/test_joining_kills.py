"""Workers that are interrupted, killed or hang: what becomes of their slots."""

from __future__ import annotations

import os
import signal
import time

import pytest

import search.claiming.trialling
from search.claiming.joining import owners
from search.files import StudyFiles, read_json
from search.terminal.interrupts import interruptible
from search.watcher import Watcher

from ..joiners import Endless, beside, running
from ..light_studies import STUDY, Slow, helped, records, wait_until
from ..studies import child, kill, needs_fork

pytestmark = pytest.mark.usefixtures("none_left")


@pytest.mark.slow
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
    monkeypatch.setattr(search.claiming.trialling, "KEPT_WEIGHTS", 99)
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
