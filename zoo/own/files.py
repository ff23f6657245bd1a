"""Files of a user's own: what they hold now, by hash, and the module that one is run as."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from zoo.errors import BadData, ZooError

SHOWN = 12  # digits of a hash


def content_of(path: Path, cure: str) -> bytes:
    """Return what is in a file; raise BadData, with the cure, for one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror}); {cure}") from error


def changed(path: str, before: str, now: str) -> BadData:
    """Return the error for a file whose hash was another one when something was made with it."""
    return BadData(
        f"{path} has changed: its hash was {before[:SHOWN]} and is {now[:SHOWN]}. Restore it, or begin another study "
        "with it."
    )


def module_of(path: Path, content: bytes) -> ModuleType:
    """Return the module of a file, run once for each content; files beside it can be imported, as Python's own can.

    Raises BadData in one line, with the line's number, for whatever running it raises.
    """
    name = f"zoo_plugin_{sha256(content + str(path.resolve()).encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    sys.modules[name] = module  # before it runs: classes look for their module
    try:
        with told(str(path)):
            spec.loader.exec_module(module)
    except ZooError:
        del sys.modules[name]
        raise
    return module


@contextmanager
def told(path: str) -> Iterator[None]:
    """Raise BadData for whatever running a user's file raises inside the block; what it prints is talk."""
    try:
        with redirect_stdout(sys.stderr):  # data alone go to standard output
            yield
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}{line_of(error, path)}"
        raise BadData(f"{path} cannot be imported ({what.rstrip('.')}). Mend it, or install what it needs.") from error


def line_of(error: BaseException, path: str) -> str:
    """Return `, line N` of the file where an error came from it, "" otherwise."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    own = str(Path(path).resolve())
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if str(Path(frame.filename).resolve()) == own]
    return f", line {lines[-1]}" if lines else ""
