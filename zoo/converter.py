"""Converter: the one child process that makes all files of a champion, so that no conversion can kill its caller."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Thread
from typing import IO, Any, NamedTuple

from zoo.errors import ConversionFailed
from zoo.formats import Variant

COMMAND = (sys.executable, "-m", "zoo.formats._convert")
CURE = "Try another format or precision."
DIED = object()


@dataclass(frozen=True)
class Order:
    """One file to make: of the `job` folder that zoo.formats._convert.write_job wrote, at `path`."""

    job: Path
    variant: Variant
    path: Path

    def to_line(self) -> str:
        """Return the order as the child reads it."""
        paths = {"job": str(self.job), "path": str(self.path)}
        return json.dumps({**paths, **self.variant._asdict()}) + "\n"


class Failure(NamedTuple):
    """Why there is no file; `errno` tells a full or closed disk from a model that does not convert."""

    reason: str
    errno: int | None = None


class Converter:
    """Makes model files in a child process that is started once, and again after a file that killed it.

    Started early (`start`), the child imports TensorFlow while the caller is busy. A file that takes longer than
    `limit_s` seconds, TensorFlow's import included, is given up. Leaving the `with` block kills the child.
    """

    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = 600.0) -> None:
        self.command, self.limit_s = command, limit_s
        self._child: _Child | None = None

    def __enter__(self) -> Converter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child unless it runs; return at once."""
        if self._child is None:
            self._child = _Child(self.command)

    def convert(self, order: Order) -> None:
        """Make one file; raise ConversionFailed, with the reason and a cure, when there is none.

        Raises OSError when the disk is full or may not be written.
        """
        self.start()
        failure = self._ask(order)
        if failure is None:
            return
        if failure.errno is not None:
            raise OSError(failure.errno, os.strerror(failure.errno), str(order.path))
        raise ConversionFailed(f"{order.variant} was not made: {failure.reason.rstrip('.')}. {CURE}")

    def close(self) -> None:
        """Kill the child; it holds nothing that must be kept."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _ask(self, order: Order) -> Failure | None:
        try:
            answer = self._child.ask(order.to_line(), self.limit_s)
        except Empty:
            self.close()
            return Failure(f"the converter had no file after {self.limit_s:g} s")
        if answer is DIED:
            last = self._child.obituary()
            self.close()
            return Failure(last)
        return None if answer is None else Failure(*answer)


class _Child:
    """One process: its orders go in by a pipe, a thread collects its answers, a nameless file its noise.

    Its temporary files, such as those that TensorFlow leaves behind, lie in a folder that goes with it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._noise: IO[bytes] = TemporaryFile()  # noqa: SIM115 closed by `kill`
        self._scratch = TemporaryDirectory(prefix="zoo-converter-", ignore_cleanup_errors=True)
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._noise,
            env={**os.environ, "PYTHONPATH": _import_path(), "PYTHONSAFEPATH": "1", "TMPDIR": self._scratch.name},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches the caller, which decides
        )
        Thread(target=self._collect, daemon=True).start()

    def ask(self, line: str, limit_s: float) -> Any:
        """Return the child's answer to one order, or DIED; raise queue.Empty after `limit_s`."""
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            return DIED
        return self._answers.get(timeout=limit_s)

    def obituary(self) -> str:
        """Return how the child ended, and its last words."""
        code = self._process.wait()
        end = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        hint = " (out of memory?)" if code == -signal.SIGKILL else ""
        return f"the converter {end}{hint}{self._last_words()}"

    def kill(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._noise.close()
        self._scratch.cleanup()

    def _collect(self) -> None:
        with self._process.stdout as stdout:
            for line in stdout:
                self._answers.put(json.loads(line))
        self._answers.put(DIED)

    def _last_words(self) -> str:
        self._noise.seek(0)
        lines = self._noise.read()[-2000:].decode("utf-8", "replace").splitlines()
        words = [line.strip() for line in lines if line.strip()]
        return f", its last words: {words[-1][:200]}" if words else ""


def _import_path() -> str:
    """Return this process's import path, so that the child finds the same modules and none beside them."""
    return os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
