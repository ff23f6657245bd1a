"""Two whole studies that the tests read: one run in one go, one that was stopped, grown and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import search

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
