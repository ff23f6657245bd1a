"""Joining a study from another process: what it trains, what it leaves alone, and when it is refused."""

from __future__ import annotations

import pytest

import search
import search.claiming.joining
from search.claiming.elsewhere import ForeignRecord
from search.claiming.joining import Joined, owners
from search.claiming.lock import study_lock
from search.files import StudyFiles, read_json, write_json
from search.trials import Trials
from zoo.errors import BadValue, UnknownName

from ..joiners import Endless, beside, running
from ..light_studies import STUDY, Slow, conduct, helped, records, wait_until
from ..studies import child, kill, needs_fork
from ..whole_studies import Listener

pytestmark = pytest.mark.usefixtures("none_left")


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


@pytest.mark.slow
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


@pytest.mark.slow
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

    monkeypatch.setattr(search.claiming.joining, "require_joinable", begun_anew)
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
