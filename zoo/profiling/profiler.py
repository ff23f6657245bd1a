"""Profiler: profiles LiteRT files of anybody's in a child process, so that a damaged one harms nobody."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoo.asking import Lost, ask
from zoo.child import Child
from zoo.errors import BadData, BadValue
from zoo.formats import file_of
from zoo.manifest import read_manifest
from zoo.profiling._composing import composed
from zoo.profiling._order import Order
from zoo.profiling._shapes import example, leaves_open, require_fitting, shapes_of
from zoo.profiling.profiles import Profile, shaped

COMMAND = (sys.executable, "-m", "zoo.profiling._child")
CALLS = 50
LIMIT_S = 600.0
DESCRIBED_S = 60.0  # that reading a file's tables may take: a torn length can make them look endless
NOT_ASKED = "its interpreter was not asked, since calls=0 (--calls 0) runs nothing"
COUNTED = "lengths left open are counted as one"
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

    def profile(
        self, path: Path | str, calls: int = CALLS, shape: Sequence[int] | Sequence[Sequence[int]] | None = None
    ) -> Profile:
        """Return the profile of a .tflite file, or of a bundle that holds one; see `zoo.profiling.profile`."""
        if calls < 0:
            raise BadValue(f"calls is {calls}; it must be 0 or more, and 0 runs nothing. Try {CALLS}.")
        order = Order(file_to_profile(Path(path)), calls)
        values = self._described(order)
        if shape is not None:
            order = replace(order, shapes=shapes_of(shape))
            values = self._resized(order, values)
        timing = self._timing(order, values) if calls else {"reason": "nothing was run"}
        micro = self._micro(order) if calls else {"reason": NOT_ASKED}
        return composed(order.file, values, {"calls": calls, **timing}, micro, order.shapes)

    def _described(self, order: Order) -> dict[str, Any]:
        try:
            return self._ask("describe", order)
        except Broken as error:
            cure = "Export or download it again."
            raise BadData(f"{order.file} is damaged, or of a newer schema: {error}. {cure}") from error

    def _resized(self, order: Order, described: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the file says of itself with inputs of the order's shapes, and not of those described."""
        inputs = shaped(described["inputs"])
        require_fitting(order.shapes, inputs)
        try:
            values = self._ask("describe", order)
        except Broken as error:
            given = f"shape is {order.given}; {order.file} does not take it"
            cure = "Leave --shape (shape=) away" if described["custom"] else "Give other lengths"
            raise BadValue(f"{given}: {error}. {cure}.") from error
        own = " and ".join(map(str, inputs))
        note = f"everything is told of inputs of {order.given}, given with --shape (shape=); the file's are {own}"
        return {**values, "notes": [note, *values["notes"]]}

    def _timing(self, order: Order, values: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._ask("time", order)
        except Broken as error:
            if values["custom"]:  # it may well be sound, for an interpreter that has them
                return {"reason": f"{error}; it has operators of others' making: {', '.join(values['custom'])}"}
            inputs = shaped(values["inputs"])
            if leaves_open(inputs):  # it may well be sound, for longer inputs
                asked = " ".join(f"--shape {example((), one)}" for one in inputs)
                return {"reason": f"{error}; {COUNTED}, and {asked} (shape=) gives others"}
            where = f" with inputs of {order.given}" if order.shapes else ""
            cure = "It may be damaged; calls=0 (--calls 0) profiles it without running it."
            raise BadData(f"{order.file} does not run{where}: {error}. {cure}") from error

    def _micro(self, order: Order) -> dict[str, Any]:
        try:
            return self._ask("try", order)
        except Broken as error:
            return {"tried": True, "reason": str(error)}

    def _ask(self, what: str, order: Order) -> dict[str, Any]:
        """Return what the child says of a file; raise Broken where it does not."""
        if self._child is None:
            self._child = Child(self.command, "profiler")
        only_read = what == "describe" and not order.shapes
        limit_s = min(self.limit_s, DESCRIBED_S) if only_read else self.limit_s
        try:
            found, reason = ask(self._child, order.to_json(what), limit_s)
        except Lost as error:
            self._drop()
            raise Broken(str(error)) from None
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
        name = file_of(manifest.variant.format)
        if name != file_of(FORMAT):
            raise BadData(f"{path} holds a {manifest.variant.format}; {FORMAT} files are profiled. Export one.")
        manifest.verify(path)
        path = path / name
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror}. Give a .tflite file, or a bundle.") from error
    if head[4:] != IDENTIFIER:
        raise BadData(f"{path} is no LiteRT file: its bytes 5 to 8 are not TFL3. Give a .tflite file, or a bundle.")
    return path
