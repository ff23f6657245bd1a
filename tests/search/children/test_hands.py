"""A study's workers start before its data is read, but only where it is plain that trials will train."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from search.children.hands import Ahead, Hands, workers_ahead
from search.children.workers import Crew
from search.files import StudyFiles, write_json
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher

from ..working import gone


def idle(count, threads):
    """Return a crew whose children only wait for their end."""
    return Crew(count, threads, command=[sys.executable, "-c", "import sys; sys.stdin.read()"])


@pytest.mark.parametrize("workers, count", [(None, 1), (0, 0), (3, 3)])
def test_a_new_study_needs_as_many_workers_as_are_asked_for_and_one_by_default(tmp_path, workers, count):
    assert workers_ahead(Settings("wine", root=tmp_path, workers=workers)) == count


def test_a_study_goes_on_with_as_many_workers_as_it_began_with(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    write_json(files.fingerprint, {"workers": 4})
    assert workers_ahead(Settings("wine", root=tmp_path)) == 4
    write_json(files.fingerprint, {})  # of an earlier version, which trained in its own process
    assert workers_ahead(Settings("wine", root=tmp_path)) == 0


@pytest.mark.parametrize("data, mistake", [("wien", {}), ("wine", {"builders": "mpl"}), ("wine", {"goal": "x"})])
def test_no_worker_is_started_for_a_mistake(tmp_path, data, mistake):
    assert workers_ahead(Settings(data, root=tmp_path, **mistake)) == 0


def test_no_worker_is_started_for_data_in_memory_or_a_study_that_has_its_answer(tmp_path):
    assert workers_ahead(Settings((np.zeros((9, 2)), np.arange(9) % 2), root=tmp_path)) == 0
    files = StudyFiles(tmp_path, "wine")
    files.champion.mkdir(parents=True)
    files.report.touch()
    assert workers_ahead(Settings("wine", root=tmp_path)) == 0


class Children:
    """Makes crews whose children only wait for their end, and keeps the numbers of all that were started."""

    def __init__(self) -> None:
        self.pids = []

    def __call__(self, count, threads):
        crew = idle(count, threads)
        start = crew.start

        def started():
            start()
            self.pids.append([child.pid for worker in crew.workers for child in children_of(worker)])

        crew.start = started
        return crew


def children_of(worker):
    return [trainer.child for trainer in worker.children._alive]


def test_a_crew_started_ahead_is_used_when_its_number_is_right_and_else_replaced(tmp_path):
    plan, children = make_plan(Settings("wine", root=tmp_path, workers=1), Watcher()), Children()
    with Hands(plan.settings, children) as hands:
        first = hands.crew(plan)
        assert hands.crew(plan) is first
        second = hands.crew(replace(plan, workers=2))
        assert (second is first, len(second.workers)) == (False, 2)
        ((alone,), others) = children.pids
        assert gone(alone)
        assert hands.crew(replace(plan, workers=0)) is None
        assert all(map(gone, others))


def test_when_the_second_worker_cannot_be_started_the_first_is_ended(tmp_path):
    started = []

    def crew_of(count, threads):
        crew = idle(count, threads)

        def start():
            crew.workers[0].start()
            started.extend(child.pid for child in children_of(crew.workers[0]))
            raise OSError("too many processes")

        crew.start = start
        return crew

    with pytest.raises(OSError, match="too many processes"), Hands(Settings("wine", root=tmp_path, workers=2), crew_of):
        pytest.fail("it was begun")
    assert len(started) == 1
    assert gone(started[0])


class Preparing:
    """A plan and a converter in one, whose start waits until it may go on."""

    def __init__(self, root):
        self.files = StudyFiles(root, "wine")
        self.begun, self.goes_on, self.workspace = Event(), Event(), None

    def start(self):
        self.begun.set()
        assert self.goes_on.wait(30)


@pytest.mark.slow
def test_stderr_is_a_file_of_its_own_until_all_is_ready(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", native := os.fdopen(2, "w", closefd=False))
    preparing = Preparing(tmp_path)
    with Ahead(preparing, preparing) as ahead:
        assert preparing.begun.wait(60)
        assert sys.stderr.fileno() != 2
        preparing.goes_on.set()
        ahead.wait()
        assert sys.stderr is native


@pytest.mark.slow
def test_stderr_is_given_back_when_what_was_begun_ends_after_the_study(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", native := os.fdopen(2, "w", closefd=False))
    preparing = Preparing(tmp_path)
    with Ahead(preparing, preparing) as ahead:
        assert preparing.begun.wait(60)
    assert sys.stderr is not native
    preparing.goes_on.set()
    ahead.wait()
    assert sys.stderr is native
