"""TensorFlow Lite Micro's own interpreter in a child process, as a model: what it refuses aborts nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from zoo.aside import OTHER_FOR_TEMPORARY, writing
from zoo.asking import Lost, ask
from zoo.child import Child
from zoo.errors import ZooError
from zoo.formats._borders import Border
from zoo.profiling.profiler import COMMAND, LIMIT_S

PACKAGE = "tflite-micro"


class NotRun(ZooError):
    """TensorFlow Lite Micro's interpreter has no answers; the text says why."""


class NotAsked(ZooError):
    """Nothing is known of the file: the package does not load, or memory or time ran out; the text says which."""


class MicroInterpreter:
    """The interpreter of the package tflite-micro, in a child that is started at the first question.

    It is started again after a file that killed it. Leaving the `with` block ends the child.
    """

    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S) -> None:
        self.command, self.limit_s = command, limit_s
        self._child: Child | None = None

    def __enter__(self) -> MicroInterpreter:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    @cached_property
    def version(self) -> str | None:
        """The version of the package; None where it is not installed."""
        try:
            return version(PACKAGE)
        except PackageNotFoundError:
            return None

    def opened(self, file: Path, arena_bytes: int, borders: tuple[Border, Border]) -> MicroModel:
        """Return the LiteRT file as a model of which each call starts an interpreter in `arena_bytes`.

        `borders` are the types at the file's ends.
        """
        return MicroModel(self, file, arena_bytes, borders)

    def answers(self, file: Path, arena_bytes: int, rows: np.ndarray) -> list[Any]:
        """Return what the file gives to `rows`, in its own types, one at a time; raise NotRun where it does not.

        Raises NotAsked where that is no fault of the file: the package cannot be imported, memory or time ran out.
        """
        if self._child is None:
            self._child = Child(self.command, "interpreter")
        with TemporaryDirectory(prefix="zoo-") as folder:
            place = Path(folder, "rows.npy")
            with writing(Path(folder), OTHER_FOR_TEMPORARY):
                np.save(place, rows, allow_pickle=False)
            order = {"do": "answer", "path": str(file.resolve()), "calls": 1, "shapes": ()}
            try:
                found, reason = ask(self._child, {**order, "rows": str(place), "arena": arena_bytes}, self.limit_s)
            except Lost as error:
                self._drop()
                raise (NotRun if error.has_crashed else NotAsked)(str(error)) from None
        if reason is not None:
            raise NotAsked(reason)
        if found["reason"]:
            raise (NotRun if found["loads"] else NotAsked)(found["reason"])
        return found["answers"]

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


@dataclass(frozen=True)
class MicroModel:
    """A LiteRT file that TensorFlow Lite Micro's interpreter runs, in an arena of so many bytes."""

    interpreter: MicroInterpreter
    file: Path
    arena_bytes: int
    borders: tuple[Border, Border]

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32; raise NotRun where there are none."""
        entry, leaving = self.borders
        found = self.interpreter.answers(self.file, self.arena_bytes, entry.enter(x))
        return leaving.leave(np.asarray(found, leaving.dtype).reshape(len(x), -1))
