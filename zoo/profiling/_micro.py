"""Would a microcontroller run it? TensorFlow Lite Micro's own interpreter is asked, where it is installed."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import IO, Any

from zoo.profiling._timing import first_line, made_up

PACKAGE = "tflite_micro"
ROOM = 64 * 2**20  # bytes of arena beside ten times the file: a limit here is no limit of a device
_USED = re.compile(r"Arena allocation (head|tail) (\d+) bytes")


def tried(content: bytes) -> dict[str, Any]:
    """Return what TensorFlow Lite Micro made of a file: nothing where it is not installed, else why it does not run.

    The interpreter of the package tflite-micro calls one row, of the values that the timing makes up.
    """
    if find_spec(PACKAGE) is None:
        return {}
    try:
        from tflite_micro import runtime
    except Exception:  # installed for another Python or NumPy: as good as not installed
        return {}
    with _noise() as noise:
        reason = _run(runtime, content)
        noise.seek(0)
        said = noise.read().decode("utf-8", "replace")
    if reason:
        return {"tried": True, "reason": _last(said) or reason}
    used = {name: int(size) for name, size in _USED.findall(said)}
    return {"tried": True, "arena_bytes": used.get("head"), "kept_bytes": used.get("tail")}


def _run(runtime: Any, content: bytes) -> str:
    """Run one row and have the memory printed; return what the interpreter raised, "" where it ran."""
    try:
        interpreter = runtime.Interpreter.from_bytes(content, arena_size=10 * len(content) + ROOM)
        for number in range(_inputs(content)):
            interpreter.set_input(made_up(interpreter.get_input_details(number)), number)
        interpreter.invoke()
        interpreter.print_allocations()
    except (ValueError, RuntimeError, TypeError, IndexError) as error:
        return first_line(error)
    return ""


def _inputs(content: bytes) -> int:
    from zoo.profiling._reading import read

    return len(read(content).graphs[0].inputs)


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


def _last(said: str) -> str:
    """Return the reasons that kernels gave, the first of them first."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and "Arena allocation" not in line]
    return "; ".join(dict.fromkeys(lines))[:300]
