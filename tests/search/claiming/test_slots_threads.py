"""Slots run side by side in several threads, and end together."""

from __future__ import annotations

import errno
import signal
import time
from threading import Barrier, Event, Lock

import pytest

from search.children.succession import WorkerClosed
from search.claiming.threads import Threads
from search.trials import Trials
from zoo.errors import ZooError

from ..studies import attempts, ended, points, points_of_whole, run, score


def _slower_first(slot):
    value = score(slot)
    time.sleep(0.05 if slot.slot % 2 == 0 else 0.0)  # so that threads end in another order than they began
    return value


def test_the_outcome_of_a_random_study_is_the_same_with_one_thread_and_with_several(tmp_path):
    for count in (1, 2, 3):
        done = run(tmp_path / str(count), 12, _slower_first, threads=Threads(count))
        assert done == Trials(12, finished=12, pruned=0, failed=0, running=0, total=12)
    one, two, three = ([(r.slot, r.value, dict(r.values)) for r in ended(tmp_path / str(count))] for count in (1, 2, 3))
    assert one == two == three


def test_several_threads_run_trials_side_by_side_and_end_one_at_a_time(tmp_path):
    together, heard, busy = Barrier(2, timeout=30), [], Lock()

    def meeting(slot):
        value = score(slot)
        together.wait()
        return value

    def heard_of(record):
        assert busy.acquire(blocking=False)
        heard.append(record.slot)
        busy.release()

    run(tmp_path, 6, meeting, threads=Threads(2), on_end=heard_of)
    assert sorted(heard) == list(range(6))


def test_ctrl_c_ends_all_threads_and_marks_what_they_ran_as_interrupted(tmp_path):
    abandoned, running = Event(), Barrier(2, timeout=30)

    def waiting(slot):
        score(slot)
        if running.wait() == 0:
            signal.raise_signal(signal.SIGINT)
        assert abandoned.wait(30)
        raise WorkerClosed("the worker is closed")

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, 5, waiting, threads=Threads(2, abandoned.set))
    assert [(record.slot, record.state) for record in attempts(tmp_path)] == [(0, "interrupted"), (1, "interrupted")]
    assert run(tmp_path, 5).finished == 5
    assert points(tmp_path) == points_of_whole(tmp_path / "whole", 5)


def test_trouble_of_the_machine_in_one_thread_ends_the_study_and_its_slots_run_again(tmp_path):
    abandoned, running = Event(), Barrier(2, timeout=30)

    def full(slot):
        score(slot)
        running.wait()
        if slot.slot == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        assert abandoned.wait(30)
        raise WorkerClosed("the worker is closed")

    with pytest.raises(OSError, match="No space"):
        run(tmp_path, 5, full, threads=Threads(2, abandoned.set))
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"] * 2
    assert run(tmp_path, 5).finished == 5


def test_several_threads_stop_after_three_failures_with_the_reason(tmp_path):
    def broken(slot):
        raise RuntimeError("broken")

    with pytest.raises(ZooError, match="trials so far failed, the last by RuntimeError: broken"):
        run(tmp_path, 20, broken, threads=Threads(2))
    assert len(ended(tmp_path)) <= 5
