"""Light studies on real SQLite files, and children that can be killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from search.claiming.lock import study_lock
from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import database, open_study
from search.drawing.samplers import sampler
from search.drawing.seeds import slot_seed
from search.trials import read_study

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")


def seeded(name="random", study_seed=0):
    return lambda slot: sampler(name, slot_seed(study_seed, slot, "sampler"))


def draw(slot):
    x = slot.suggest_float("x", -3.0, 3.0)
    n = slot.suggest_int("n", 0, 5)
    kind = slot.suggest_categorical("kind", ("a", "b"))
    own = slot.suggest_float(f"{kind}.y", 1e-4, 1.0, log=True)
    slot.drawn({"model.builder": kind, "x": x, "n": n, "y": own})
    return x, n, own


def score(slot):
    x, n, own = draw(slot)
    return -((x - 1) ** 2) - n * own


def run(root, target, objective=score, name="random", opened=reopen, **options):
    return run_slots(opened(open_study(root, "s")), target, objective, sampler_for=seeded(name), **options)


def attempts(root):
    return read_study(database(root), "s").records


def ended(root):
    return sorted((record for record in attempts(root) if record.ended), key=lambda record: record.slot)


def points(root):
    return [dict(record.values) for record in ended(root)]


def points_of_whole(root, target):
    """Return the points of an unbroken study of the same seed."""
    run(root, target)
    return points(root)


def write_line(path: Path, value):
    with path.open("a") as file:
        file.write(json.dumps(value) + "\n")
        file.flush()
        os.fsync(file.fileno())


def lines(path: Path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def child(function, *arguments):
    """Start a process that shares the imports made so far."""
    process = multiprocessing.get_context("fork").Process(target=function, args=arguments, daemon=True)
    process.start()
    return process


def wait_for(path: Path, seconds=30.0):
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.002)


def kill(process, may_end=False):
    """Kill `process`, which may end by itself a moment before only where the test allows it."""
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode in ((-signal.SIGKILL, 0) if may_end else (-signal.SIGKILL,)), process.exitcode


def hold_lock(folder: Path, ready: Path):
    with study_lock(folder):
        ready.touch()
        time.sleep(60)
