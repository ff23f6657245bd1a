"""Two whole studies that the tests read, one run in one go, one stopped, grown and gone on with; and studies begun."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import NamedTuple

import pytest

import search

from .joiners import Leaving
from .light_studies import conduct
from .whole_studies import Leaver, Listener, Study, snapshot, tune


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> Study:
    """Four trials of wine in one go."""
    root = tmp_path_factory.mktemp("study")
    return Study(root, tune(root))


class Grown(NamedTuple):
    """A study stopped by its time limit after a trial, then grown to seven by `search.resume`."""

    study: Study
    stopped: Study
    first_trial: dict[str, tuple[int, bytes]]
    notes: list[str]


@pytest.fixture(scope="session")
def grown(tmp_path_factory) -> Grown:
    root, listener = tmp_path_factory.mktemp("grown"), Listener()
    stopped = Study(root, tune(root, timeout=1e-3, watcher=listener))
    first = snapshot(stopped.trial(0))
    return Grown(Study(root, search.resume("wine", root, trials=7)), stopped, first, listener.notes)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A study that was set up and left before its first trial."""
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver())
    return tmp_path


@pytest.fixture
def left(tmp_path):
    """A study that was left after two of its eight trials."""
    with pytest.raises(KeyboardInterrupt):
        conduct(tmp_path, watcher=Leaving(2))
    return tmp_path


@pytest.fixture
def none_left():
    """Kill what a failed test leaves: a process that hangs would be waited for."""
    yield
    for process in multiprocessing.active_children():
        os.kill(process.pid, signal.SIGKILL)
        process.join()
