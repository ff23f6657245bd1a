"""Would a microcontroller run it? TensorFlow Lite Micro's own interpreter is asked, where it is installed."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np

from zoo.formats._arena import planned_arena
from zoo.formats._flatbuffer import Graph
from zoo.profiling._reading import read
from zoo.profiling._timing import first_line, made_up

PACKAGE = "tflite_micro"
ROOM = 64 * 2**20  # bytes of arena beside ten times the file and its plan: a limit here is no limit of a device
MISSING = "`pip install tflite-micro` lets its interpreter try"
_USED = re.compile(r"Arena allocation (head|tail) (\d+) bytes")


def tried(content: bytes) -> dict[str, Any]:
    """Return what TensorFlow Lite Micro made of a file: how to ask it where it is not installed, else why not it runs.

    The interpreter of the package tflite-micro calls one row, of the values that the timing makes up.
    """
    if find_spec(PACKAGE) is None:
        return {"reason": MISSING}
    try:
        from tflite_micro import runtime
    except Exception as error:  # installed for another Python or NumPy
        return {"reason": f"its interpreter, {PACKAGE}, is installed and does not load: {first_line(error)}"}
    with _noise() as noise:
        reason = _run(runtime, content)
        said = _read(noise)
    if reason:
        return {"tried": True, "reason": _reasons(said) or reason}
    used = {name: int(size) for name, size in _USED.findall(said)}
    return {"tried": True, "arena_bytes": used.get("head"), "kept_bytes": used.get("tail")}


def answered(content: bytes, place: Path, arena_bytes: int) -> dict[str, Any]:
    """Return the answers to the rows of the .npy file at `place`, or the reason why there are none.

    It `loads` unless the package is not fit for this Python or NumPy, which is no fault of the file. Each row is asked
    alone, in an interpreter of `arena_bytes` that forgets the row before it, as a program for a microcontroller does.
    """
    try:
        from tflite_micro import runtime
    except Exception as error:
        return {"loads": False, "reason": first_line(error)}
    with _noise() as noise:
        try:
            interpreter = runtime.Interpreter.from_bytes(content, arena_size=arena_bytes)
            answers = [_answer(interpreter, row) for row in np.load(place, allow_pickle=False)]
        except (ValueError, RuntimeError, TypeError, IndexError) as error:
            return {"loads": True, "reason": _reasons(_read(noise)) or first_line(error)}
    return {"loads": True, "reason": "", "answers": answers}


def _answer(interpreter: Any, row: np.ndarray) -> list[Any]:
    interpreter.reset()
    interpreter.set_input(row[np.newaxis], 0)
    interpreter.invoke()
    return interpreter.get_output(0).ravel().tolist()


def _run(runtime: Any, content: bytes) -> str:
    """Run one row and have the memory printed; return what the interpreter raised, "" where it ran."""
    try:
        graph = read(content).graphs[0]
        interpreter = runtime.Interpreter.from_bytes(content, arena_size=_room(graph, len(content)))
        for number in range(len(graph.inputs)):
            interpreter.set_input(made_up(interpreter.get_input_details(number)), number)
        interpreter.invoke()
        interpreter.print_allocations()
    except (ValueError, RuntimeError, TypeError, IndexError) as error:
        return first_line(error)
    return ""


def _room(graph: Graph, size: int) -> int:
    """Return the bytes of an arena that is no limit for a file of `size` bytes."""
    return ROOM + 10 * size + planned_arena(graph)


@contextmanager
def _noise() -> Iterator[IO[bytes]]:
    """Yield a file of what is written to standard error inside the block, past Python too: reasons stand there."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield file
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _read(noise: IO[bytes]) -> str:
    noise.seek(0)
    return noise.read().decode("utf-8", "replace")


def _reasons(said: str) -> str:
    """Return the reasons that kernels gave, the first of them first."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and "Arena allocation" not in line]
    return "; ".join(dict.fromkeys(lines))[:300]
