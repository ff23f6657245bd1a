"""Many processes that write and ship: each is a fork of one that has imported MLflow, so that it begins at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parents[3]
SHIPPERS = """
import os, sys
from pathlib import Path
from search.tracking import ship
from search.tracking._store import import_mlflow

import_mlflow()
for line in sys.stdin:
    child = os.fork()
    if not child:
        ship(Path(sys.argv[1]))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
WRITERS = """
import os, sys
from pathlib import Path
from search.tracking import ship
from search.tracking._store import import_mlflow
from tests.search.tracking.spools import write_trial

import_mlflow()
root, experiment, writers, each = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for writer in range(writers):
    if not os.fork():
        for trial in range(each):
            write_trial(root, writer * each + trial, experiment=experiment)
            ship(root, wait_s=0.2)
        os._exit(0)
for writer in range(writers):
    assert os.wait()[1] == 0
"""


def write_at_once(root: Path, experiment: str, writers: int, each: int) -> None:
    """Let processes write `each` trials and ship after each, all at the same time."""
    command = [sys.executable, "-c", WRITERS, str(root), experiment, str(writers), str(each)]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=120)


@contextmanager
def killable(root: Path) -> Iterator[Callable[[Callable[[], bool], float], bool]]:
    """Yield a function that ships in a process, kills it (9) that many seconds after `is_time`; True when it did."""
    command = [sys.executable, "-c", SHIPPERS, str(root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": PROJECT}
    with subprocess.Popen(command, **pipes) as process:

        def ship_and_kill(is_time: Callable[[], bool], later_s: float) -> bool:
            print(file=process.stdin, flush=True)
            child, until = int(process.stdout.readline()), time.monotonic() + 30
            while not is_time() and not _has_ended(child) and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(later_s)
            killed = not _has_ended(child)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            assert process.stdout.readline() == "ended\n"
            return killed

        try:
            yield ship_and_kill
        finally:
            process.stdin.close()


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
