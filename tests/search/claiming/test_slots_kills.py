"""Slots end exactly once each, whatever process is killed and when."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

import pytest

from search.children.succession import WorkerDied
from search.claiming.reopening import MOST_IN_VAIN, reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.trials import Trials

from ..studies import (
    attempts,
    child,
    draw,
    ended,
    kill,
    lines,
    needs_fork,
    points,
    points_of_whole,
    run,
    score,
    seeded,
    wait_for,
    write_line,
)


@pytest.mark.slow
@needs_fork
@pytest.mark.parametrize("name", ["random", "tpe"])
def test_a_study_killed_after_7_of_20_draws_what_an_unbroken_one_draws(tmp_path, name):
    run(tmp_path / "whole", 20, name=name)

    def leave_running(slot):
        draw(slot)
        os._exit(9)

    run(tmp_path / "broken", 7, name=name)
    process = child(run, tmp_path / "broken", 20, leave_running, name)
    process.join()
    assert run(tmp_path / "broken", 20, name=name).total == 20
    assert [record.state for record in attempts(tmp_path / "broken")].count("killed") == 1
    assert points(tmp_path / "broken") == points(tmp_path / "whole")


@needs_fork
def test_a_slot_whose_process_dies_three_times_in_a_row_without_progress_ends_failed(tmp_path):
    def poison(slot):
        draw(slot)
        if slot.slot == 1:
            os._exit(9)
        return 0.5

    for _ in range(MOST_IN_VAIN):
        process = child(run, tmp_path, 3, poison)
        process.join()
        assert process.exitcode == 9
    heard = []
    assert run(tmp_path, 3, poison, on_end=heard.append) == Trials(3, 2, 0, 1, 0, 3)
    assert [(record.slot, record.state) for record in heard] == [(1, "failed"), (2, "finished")]
    assert heard[0].reason == "its process was killed 3 times in a row while it ran, without progress"
    assert len({str(record.values) for record in attempts(tmp_path) if record.slot == 1}) == 1


@needs_fork
def test_sigint_in_the_middle_of_a_trial_marks_it_at_once(tmp_path):
    def sleepy(slot):
        draw(slot)
        (tmp_path / "asleep").touch()
        time.sleep(60)

    process = child(run, tmp_path, 2, sleepy)
    wait_for(tmp_path / "asleep")
    os.kill(process.pid, signal.SIGINT)
    process.join()
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"]
    assert run(tmp_path, 2).total == 2


def _ledgered(root, target):
    def objective(slot):
        value = score(slot)
        (root / "busy").touch()
        time.sleep(0.02)
        write_line(root / "ledger", [slot.slot, value])
        return value

    def heard(record):
        write_line(root / "heard", [record.slot, record.value])
        (root / "progress").touch()

    run(root, target, objective, on_end=heard)


@pytest.mark.slow
@needs_fork
def test_24_kills_at_random_moments_lose_and_double_nothing(tmp_path):
    moments = random.Random(5)
    run(tmp_path, 0)
    for sign in ("start", "progress", "busy", "progress") * 6:  # what the killer waits for; no slot dies three times
        (tmp_path / sign).unlink(missing_ok=True)
        process = child(_ledgered, tmp_path, 30)
        if sign != "start":
            wait_for(tmp_path / sign)
        time.sleep(moments.uniform(0.0, 0.03))
        kill(process)
    process = child(_ledgered, tmp_path, 30)
    process.join()

    found = {record.slot: record for record in ended(tmp_path)}
    assert [record.slot for record in ended(tmp_path)] == list(range(30))
    assert max(Counter(slot for slot, _ in lines(tmp_path / "heard")).values()) == 1
    assert all(found[slot].value == value for slot, value in lines(tmp_path / "heard"))
    assert {(slot, value) for slot, value in lines(tmp_path / "ledger")} == {(s, r.value) for s, r in found.items()}
    run(tmp_path / "whole", 30)
    assert points(tmp_path) == points(tmp_path / "whole")


def _killed_at(root, nth, target):
    """Run a study that kills itself right before its nth commit."""
    from sqlalchemy import event

    study = open_study(root, "s")
    commits = iter(range(nth + 1))

    def count(connection):
        if next(commits) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(study._storage._backend.engine, "commit", count)
    run_slots(reopen(study), target, score, sampler_for=seeded("tpe"))


@needs_fork
@pytest.mark.slow
def test_a_kill_before_any_single_commit_changes_nothing(tmp_path):
    run(tmp_path / "whole", 3, name="tpe")
    killed = 0
    for nth in range(200):
        root = tmp_path / str(nth)
        run(root, 0)
        process = child(_killed_at, root, nth, 3)
        process.join()
        assert run(root, 3, name="tpe").total == 3
        assert points(root) == points(tmp_path / "whole")
        if process.exitcode == 0:
            break
        killed += 1
    assert 20 < killed < 199


def test_a_trial_whose_worker_dies_runs_again_with_its_values_and_the_study_goes_on(tmp_path):
    def dying(slot):
        value = score(slot)
        if slot.slot == 1 and slot.attempt < 2:
            raise WorkerDied("the worker was killed by SIGKILL (out of memory?)")
        return value

    assert run(tmp_path, 4, dying).finished == 4
    tried = [record for record in attempts(tmp_path) if record.slot == 1]
    assert [(record.attempt, record.state) for record in tried] == [(0, "killed"), (1, "killed"), (2, "finished")]
    assert tried[0].reason == "the worker was killed by SIGKILL (out of memory?)"
    assert len({str(record.values) for record in tried}) == 1
    assert points(tmp_path) == points_of_whole(tmp_path / "whole", 4)


def test_a_slot_whose_worker_dies_too_often_is_given_up_and_the_study_goes_on(tmp_path):
    def dying(slot):
        if slot.slot == 0:
            raise WorkerDied("the worker was killed by SIGSEGV")
        return score(slot)

    heard = []
    assert run(tmp_path, 2, dying, on_end=heard.append) == Trials(2, finished=1, pruned=0, failed=1, running=0, total=2)
    assert [(record.slot, record.state) for record in heard] == [(0, "failed"), (1, "finished")]
    reason = "its process was killed 3 times in a row while it ran, without progress, the last time: the worker was"
    assert heard[0].reason == f"{reason} killed by SIGSEGV"
    assert len(attempts(tmp_path)) == MOST_IN_VAIN + 1


def test_a_slot_whose_worker_dies_often_but_whose_checkpoint_moves_on_is_not_given_up(tmp_path):
    def dying(slot):
        value = score(slot)
        if slot.attempt < 3 * MOST_IN_VAIN:
            write_line(tmp_path / "saved", slot.attempt)
            raise WorkerDied("the worker was killed by SIGKILL")
        return value

    def opened(study):
        return reopen(study, progress_of=lambda slot: len(lines(tmp_path / "saved")))

    assert run(tmp_path, 1, dying, opened=opened).finished == 1
