"""Threads end together: when all are done, when one fails, and on Ctrl-C."""

from __future__ import annotations

import signal
from threading import Barrier, Event, Lock, current_thread, main_thread

import pytest

from search.claiming.threads import Threads, _Running


def test_one_thread_is_the_callers_own():
    ran = []
    Threads().run(lambda: ran.append(current_thread()))
    assert ran == [main_thread()]


def test_so_many_threads_run_side_by_side():
    barrier = Barrier(3, timeout=30)
    Threads(3).run(barrier.wait)
    assert not barrier.broken


def test_what_one_thread_raises_stops_the_others_and_is_raised():
    lock, freed = Lock(), Event()

    def loop():
        if lock.acquire(blocking=False):
            raise ValueError("broken")
        assert freed.wait(30)

    threads = Threads(3, freed.set)
    with pytest.raises(ValueError, match="broken"):
        threads.run(loop)
    assert threads.stopping.is_set()


def test_ctrl_c_reaches_the_caller_after_the_threads_have_ended():
    freed, ended, running = Event(), [], Barrier(2, timeout=30)

    def loop():
        if running.wait() == 0:
            signal.raise_signal(signal.SIGINT)  # it is handled in the main thread
        assert freed.wait(30)
        ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        Threads(2, freed.set).run(loop)
    assert ended == [True, True]


def test_ctrl_c_before_the_last_thread_is_started_is_raised_all_the_same():
    freed, lock = Event(), Lock()

    def loop():
        if lock.acquire(blocking=False):
            signal.raise_signal(signal.SIGINT)
        assert freed.wait(30)

    with pytest.raises(KeyboardInterrupt):
        Threads(50, freed.set).run(loop)


def test_what_ctrl_c_right_behind_another_breaks_is_still_ctrl_c(monkeypatch):
    def start(thread):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("release unlocked lock") from error  # as threading.Condition does

    monkeypatch.setattr(_Running, "start", start)
    with pytest.raises(KeyboardInterrupt):
        Threads(2).run(pytest.fail)
