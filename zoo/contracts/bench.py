"""What contracts are tried on: few random rows of every kind, one Workspace, one converter, one folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from zoo.contracts import Broken
from zoo.converter import Converter
from zoo.dataset import Split, Splits
from zoo.recipe import Source
from zoo.scale import Scale
from zoo.task import Task
from zoo.workspace import Workspace

SHAPES = {"table": (6,), "image": (32, 32, 1), "series": (32, 3), "text": (32,), "audio": (32, 32, 1)}
VOCABULARY = 20  # tokens of texts
CLASSES = 3
ROWS = 40
LIMIT_S = 600.0  # that a fresh process may take


class Bench:
    """The means that checks share; leaving the `with` block ends the converter and removes the files."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.converter = Converter()
        self._folder = TemporaryDirectory(prefix="zoo-contracts-", ignore_cleanup_errors=True)
        self._count = 0

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.converter.close()
        self._folder.cleanup()

    def folder(self) -> Path:
        """Return a new empty folder."""
        self._count += 1
        made = Path(self._folder.name, str(self._count))
        made.mkdir()
        return made

    def splits(self, modality: str = "table", classes: int = CLASSES, dtype: str = "") -> Splits:
        """Return ROWS random rows of a kind as all three parts; no class means quantities."""
        task = task_of(modality, classes, dtype)
        random, shape = np.random.default_rng(0), (ROWS, *task.input_shape)
        most = VOCABULARY if modality == "text" else 256
        x = random.normal(size=shape) if task.dtype == "float32" else random.integers(0, most, shape)
        y = random.integers(0, classes, ROWS).astype("int32") if classes else random.normal(size=ROWS).astype("float32")
        part = Split(x.astype(task.dtype), y, None if classes else Scale(0.0, 1.0))
        digits = self.workspace.splits(Source("digits"))  # whose preparation no check looks at
        return Splits(task, digits.preparation, part, part, part, digits.dataset)

    def alone(self, code: str, *arguments: str, isolated: bool = False) -> None:
        """Run Python in a fresh process; raise Broken with its last words when it fails.

        An `isolated` one has nothing of this one's import path.
        """
        command: Sequence[str] = [sys.executable, *(["-I"] if isolated else []), "-c", code, *arguments]
        path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
            env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            raise Broken(f"in a fresh process: {lines[-1].strip() if lines else f'exit code {done.returncode}'}")


def task_of(modality: str, classes: int = CLASSES, dtype: str = "") -> Task:
    """Return a task of random rows of a kind; no class means one quantity."""
    names = tuple("abcdefgh"[:classes])
    if modality == "text":
        return Task(modality, SHAPES[modality], names, "int32", vocabulary=VOCABULARY)
    return Task(modality, SHAPES[modality], names, dtype or "float32")


def same(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Return whether two lists of weights are the same, bit for bit."""
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
