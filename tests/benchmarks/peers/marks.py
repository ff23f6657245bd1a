"""Clocks: seconds, CPU seconds and memory at the end of each trial, of this process and all below it (Linux)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
IDLE, LONGEST = 0.05, 120  # CPU seconds in a second that count as none; seconds to wait for them
_TIMES = slice(11, 15)  # of /proc/PID/stat after the name: own user and system time, then those of ended children


def tree(pid: int) -> Iterator[int]:
    """Return `pid` and every process below it."""
    yield pid
    try:
        below = [one.read_text().split() for one in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # a thread of it, or all of it, has just ended
        return
    for child in chain.from_iterable(below):
        yield from tree(int(child))


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that the tree of `pid` has taken, those of ended processes included."""
    found = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found += sum(map(int, fields[_TIMES]))
    return found / TICKS


def memory_mb(pid: int) -> float:
    """Return the resident megabytes of the tree of `pid`; pages that several of its processes share count for each."""
    pages = 0
    for one in tree(pid):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Marks:
    """What the clocks show at the end of each trial, since `begin`; `cpu` and `memory` are of the whole tree."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self.memory: list[float] = []
        self.begin()

    def begin(self) -> None:
        """Start the clocks: imports and data are over, the search begins."""
        self._wall, self._cpu = time.perf_counter(), cpu_seconds(os.getpid())

    def mark(self) -> None:
        """Note the end of a trial."""
        self.wall.append(round(time.perf_counter() - self._wall, 4))
        self.cpu.append(round(cpu_seconds(os.getpid()) - self._cpu, 2))
        self.memory.append(round(memory_mb(os.getpid()), 1))

    def settle(self) -> None:
        """Wait until this process and those below it are idle: imports on other threads are over."""
        for _ in range(LONGEST):
            before = cpu_seconds(os.getpid())
            time.sleep(1)
            if cpu_seconds(os.getpid()) - before < IDLE:
                return

    def row(self, best: float | None, **more: Any) -> None:
        """Print the row of this process: `best` is the best validation accuracy."""
        row = {"trials": len(self.wall), "best": best, **more}
        print(json.dumps({**row, "wall": self.wall, "cpu": self.cpu, "memory": self.memory}), flush=True)
