"""Profiler: profiles LiteRT files of anybody's in a child process, so that a damaged one harms nobody."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from queue import Empty
from typing import Any

from zoo.child import DIED, Child
from zoo.errors import BadData, BadValue
from zoo.formats import file_of
from zoo.manifest import read_manifest
from zoo.profiling._composing import composed
from zoo.profiling.profiles import Profile

COMMAND = (sys.executable, "-m", "zoo.profiling._child")
CALLS = 50
LIMIT_S = 600.0
DESCRIBED_S = 60.0  # that reading a file's tables may take: a torn length can make them look endless
FORMAT = "tflite"
IDENTIFIER = b"TFL3"  # of the flatbuffer's schema, behind four bytes


class Broken(Exception):
    """The child had no answer; the text says why."""


class Profiler:
    """Profiles files in a child process that is started once, and again after a file that killed it.

    What takes longer than `limit_s` seconds, imports included, is given up. Leaving the `with` block ends the child.
    """

    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S) -> None:
        self.command, self.limit_s = command, limit_s
        self._child: Child | None = None

    def __enter__(self) -> Profiler:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    def profile(self, path: Path | str, calls: int = CALLS) -> Profile:
        """Return the profile of a .tflite file, or of a bundle that holds one; see `zoo.profiling.profile`."""
        if calls < 0:
            raise BadValue(f"calls is {calls}; it must be 0 or more, and 0 runs nothing. Try {CALLS}.")
        file = file_to_profile(Path(path))
        try:
            values = self._ask("describe", file)
        except Broken as error:
            raise BadData(f"{file} is damaged, or of a newer schema: {error}. Export or download it again.") from error
        timing = self._timing(file, calls, values["custom"]) if calls else {"reason": "nothing was run"}
        micro = self._micro(file) if calls else {}
        return composed(file, values, {"calls": calls, **timing}, micro)

    def _timing(self, file: Path, calls: int, custom: Sequence[str]) -> dict[str, Any]:
        try:
            return self._ask("time", file, calls)
        except Broken as error:
            if custom:  # it may well be sound, for an interpreter that has them
                return {"reason": f"{error}; it has operators of others' making: {', '.join(custom)}"}
            cure = "It may be damaged; calls=0 (--calls 0) profiles it without running it."
            raise BadData(f"{file} does not run: {error}. {cure}") from error

    def _micro(self, file: Path) -> dict[str, Any]:
        try:
            return self._ask("try", file)
        except Broken as error:
            return {"tried": True, "reason": str(error)}

    def _ask(self, what: str, file: Path, calls: int = 0) -> dict[str, Any]:
        """Return what the child says of a file; raise Broken where it does not."""
        if self._child is None:
            self._child = Child(self.command, "profiler")
        self._child.send({"do": what, "path": str(file.resolve()), "calls": calls})
        limit_s = min(self.limit_s, DESCRIBED_S) if what == "describe" else self.limit_s
        try:
            told = self._child.receive(limit_s)
        except Empty:
            self._drop()
            raise Broken(f"the profiler had no answer after {limit_s:g} s") from None
        if told is DIED:
            last = self._child.obituary()
            self._drop()
            raise Broken(last)
        found, reason = told
        if reason is not None:
            raise Broken(reason)
        return found

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def file_to_profile(path: Path) -> Path:
    """Return the LiteRT file at `path`, or the one of the bundle there, whose hashes must be as its manifest says.

    Raises BadData for what is neither.
    """
    if path.is_dir():
        manifest = read_manifest(path)
        if manifest.variant.format != FORMAT:
            raise BadData(f"{path} holds a {manifest.variant.format}; {FORMAT} files are profiled. Export one.")
        manifest.verify(path)
        path = path / file_of(FORMAT)
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror}. Give a .tflite file, or a bundle.") from error
    if head[4:] != IDENTIFIER:
        raise BadData(f"{path} is no LiteRT file: its bytes 5 to 8 are not TFL3. Give a .tflite file, or a bundle.")
    return path
