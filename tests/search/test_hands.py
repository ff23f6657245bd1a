"""A study's workers start before its data is read, but only where it is plain that trials will train."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from search.files import StudyFiles, write_json
from search.hands import Hands, workers_ahead
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from search.workers import Crew


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


def test_a_crew_started_ahead_is_used_when_its_number_is_right_and_else_replaced(tmp_path):
    plan = make_plan(Settings("wine", root=tmp_path, workers=1), Watcher())
    with Hands(plan.settings, idle) as hands:
        first = hands.crew(plan)
        assert hands.crew(plan) is first
        second = hands.crew(replace(plan, workers=2))
        assert (second is first, len(second.workers)) == (False, 2)
        assert hands.crew(replace(plan, workers=0)) is None
