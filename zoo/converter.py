"""Converter: the one child process that makes all files of a champion, so that no conversion can kill its caller."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from zoo.asking import Lost, ask
from zoo.child import Child
from zoo.errors import ConversionFailed, ConverterLost
from zoo.formats import Variant

COMMAND = (sys.executable, "-m", "zoo.formats._convert")
CURE = "Try another format or precision."


@dataclass(frozen=True)
class Order:
    """One file to make: of the `job` folder that zoo.formats._convert.write_job wrote, at `path`.

    `options` are what the format takes besides: `io`, `strip`.
    """

    job: Path
    variant: Variant
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the order as the child reads it."""
        return {"job": str(self.job), "path": str(self.path), **self.variant._asdict(), "options": dict(self.options)}


class Failure(NamedTuple):
    """Why there is no file, and the cure.

    `errno` tells a full or closed disk from a model that does not convert, and `place` is what could not be written;
    `lost` says that the child is gone.
    """

    reason: str
    errno: int | None = None
    place: str | None = None
    cure: str = CURE
    lost: bool = False


class Converter:
    """Makes model files in a child process that is started once, and again after a file that killed it.

    Started early (`start`), the child imports TensorFlow while the caller is busy. A file that takes longer than
    `limit_s` seconds, TensorFlow's import included, is given up, and so is one that nearly all memory goes to. Leaving
    the `with` block kills the child, and no other one can be started, in no thread.
    """

    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = 600.0) -> None:
        self.command, self.limit_s = command, limit_s
        self._child: Child | None = None
        self._lock, self._closed = Lock(), False
        self._turn = Lock()

    def __enter__(self) -> Converter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child unless it runs; return at once. Raises ConversionFailed once the converter is closed."""
        with self._lock:  # who closes must see the child
            if self._closed:
                raise ConversionFailed("the converter is closed and makes no more files. Open another one.")
            if self._child is None:
                self._child = Child(self.command, "converter")

    def convert(self, order: Order) -> None:
        """Make one file; raise ConversionFailed, with the reason and a cure, when there is none.

        It is ConverterLost where the child died, hung or was ended for its memory. Threads wait for each other. Raises
        OSError, naming the place, when a disk is full or may not be written.
        """
        with self._turn:
            self.start()
            failure = self._ask(order)
        if failure is None:
            return
        if failure.errno is not None:
            raise OSError(failure.errno, os.strerror(failure.errno), failure.place or str(order.path))
        kind = ConverterLost if failure.lost else ConversionFailed
        raise kind(f"{order.variant} was not made: {failure.reason.rstrip('.')}. {failure.cure}")

    def close(self) -> None:
        """Kill the child, which holds nothing that must be kept, and start no other one from now on."""
        with self._lock:
            self._closed = True
        self._drop()

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _ask(self, order: Order) -> Failure | None:
        try:
            answer = ask(self._child, order.to_json(), self.limit_s)
        except Lost as error:
            self._drop()
            return Failure(str(error), cure=error.cure or CURE, lost=True)
        return None if answer is None else Failure(*answer)
