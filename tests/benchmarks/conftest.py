"""What the benchmarks of the search share: rows that outlive a run, and a way to show figures without `-s`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .measuring import Bench


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """The benchmark of a test file: its rows lie in a file of the same name."""
    return Bench(request.path.stem.removeprefix("test_"), tmp_path)


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past pytest's capture."""

    def shown(text: str) -> None:
        with capsys.disabled():
            print(text, flush=True)

    return shown
