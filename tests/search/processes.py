"""Processes as Linux tells of them: the children of one, and whether one has ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ZOO = [sys.executable, "-c", "from search.cli import main; main()"]
PROC = Path("/proc")

needs_proc = pytest.mark.skipif(not (PROC / "self" / "stat").exists(), reason="reads of processes in /proc")


def children(pid: int) -> dict[int, str]:
    """Return the command lines of the processes that `pid` started and that live, by their numbers."""
    found = (int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit())
    return {child: _command(child) for child in found if _state(child) not in ("", "Z") and _parent(child) == pid}


def workers(pid: int) -> list[int]:
    """Return the numbers of the processes that train for the command `pid`."""
    return [child for child, command in children(pid).items() if "search.children._worker" in command]


@contextmanager
def a_third_as_fast(pid: int) -> Iterator[None]:
    """Stop a process and its children for two thirds of each tenth of a second."""
    over = threading.Event()

    def brake() -> None:
        while not over.wait(0.033):
            slowed = [pid, *children(pid)]
            _send(slowed, signal.SIGSTOP)
            over.wait(0.067)
            _send(slowed, signal.SIGCONT)

    thread = threading.Thread(target=brake)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _send(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def all_gone(pids: list[int]) -> bool:
    """Say whether all have ended, giving them a little time; whoever they were left to may not wait for them."""
    until = time.monotonic() + 20
    while any(_state(pid) not in ("", "Z") for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    return all(_state(pid) in ("", "Z") for pid in pids)


def _state(pid: int) -> str:
    return _stat(pid)[0]


def _parent(pid: int) -> int:
    return int(_stat(pid)[1] or 0)


def _stat(pid: int) -> list[str]:
    """Return what follows the name of a process: its state, its parent's number and more; blanks without one."""
    try:
        return Path(PROC, str(pid), "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["", ""]


def _command(pid: int) -> str:
    try:
        return Path(PROC, str(pid), "cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill_group(pid: int, number: int) -> None:
    """Send a signal to a process and to all of its group, as a terminal does."""
    os.killpg(os.getpgid(pid), number)
