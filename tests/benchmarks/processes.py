"""One run in a fresh process: what it printed, its seconds, CPU seconds and memory, and how busy the machine was."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .peers.job import Job
from .peers.marks import TICKS, memory_mb

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
LOOK = 0.5  # seconds between two looks at the memory of a run


def run(module: str, job: Job, limit: float | None) -> dict[str, Any]:
    """Run one process; return what it printed, with its seconds, CPU seconds and most resident megabytes.

    `others` is how many cores were busy with what is no part of the run.
    """
    path, out, error = job.write(), job.folder / "out.txt", job.folder / "error.txt"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (HERE, PROJECT))),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    command = [sys.executable, "-m", f"peers.{module}", str(path)]
    told, began, peak = watch(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    with out.open("w") as said, error.open("w") as complained:
        process = subprocess.Popen(
            command, cwd=job.folder, env=environment, stdout=said, stderr=complained, start_new_session=True
        )
        try:
            while process.poll() is None and (limit is None or time.perf_counter() - began < limit):
                peak = max(peak, memory_mb(process.pid))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK)
            censored = process.poll() is None
        finally:
            _end(process)
    printed = [line for line in out.read_text("utf-8").splitlines() if line.startswith("{")]
    if not printed and not censored:
        raise RuntimeError(f"{module} ended with {process.returncode}: {error.read_text('utf-8')[-3000:]}")
    found = json.loads(printed[-1]) if printed else {}
    return {**told(), "peak_mb": round(peak), "censored": censored and not printed, **found}


def watch(*whose: int) -> Callable[[], dict[str, float]]:
    """Return what tells of the time since: its seconds, CPU seconds, and `others`, the cores busy with other things.

    CPU seconds are those of `whose`, by default this process and its children that have ended.
    """
    owners = whose or (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    began, own, machine = time.perf_counter(), _cpu(owners), _machine_cpu()

    def told() -> dict[str, float]:
        seconds, used = time.perf_counter() - began, _cpu(owners) - own
        others = max(0.0, _machine_cpu() - machine - used) / seconds
        return {"seconds": round(seconds, 2), "cpu_seconds": round(used, 2), "others": round(others, 2)}

    return told


def _cpu(owners: Iterable[int]) -> float:
    used = [resource.getrusage(owner) for owner in owners]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _machine_cpu() -> float:
    """Return the CPU seconds that all of the machine's processes have taken: a busy machine shows in the rows."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS  # without idling and waiting for the disk


def _end(process: subprocess.Popen) -> None:
    """End what is left of a process and of those that it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
