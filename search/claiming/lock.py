"""One process a study: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from zoo.errors import BadValue

NAME = "lock"
_PATIENCE, _PAUSE = 0.5, 0.01  # seconds; who asks for the holder has the file for an instant


@contextmanager
def study_lock(folder: Path, instead: str = "choose another --study") -> Iterator[None]:
    """Hold the study in `folder` (made if need be) inside the block; raise BadValue when another process holds it.

    `instead` is the cure for who does not want to wait. The file stays when the lock is freed: removing it would let
    two processes lock two files of one name.
    """
    with _opened(folder / NAME) as file:
        if not _lock_within(file, time.monotonic() + _PATIENCE):
            raise BadValue(
                f"the study '{folder.name}' is being run by process {_read_pid(file) or 'unknown'}; one process runs"
                f" a study. Wait for it or stop it, then run the same command again, or {instead}."
            )
        _write_pid(file)
        yield


def holder(folder: Path) -> int | None:
    """Return the id of the process that runs the study in `folder`; None when nobody does."""
    try:
        file = (folder / NAME).open(encoding="ascii")
    except OSError:
        return None
    with file:  # a shared lock is refused by the one who runs the study, not by others who ask
        return None if _try_lock(file, fcntl.LOCK_SH) else _read_pid(file)


@contextmanager
def brief_lock(path: Path) -> Iterator[None]:
    """Hold the file `path` inside the block, waiting for whoever has it: for work of a second or less."""
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="ascii")
    except OSError as error:
        raise unwritable(path.parent, error) from error


def unwritable(folder: Path, error: OSError) -> BadValue:
    """Return the error for a folder that refuses files."""
    return BadValue(f"{folder} cannot be written ({error.strerror}). Give a folder that can be with --root FOLDER.")


def _read_pid(file: IO[str]) -> int | None:
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdecimal() else None


def _write_pid(file: IO[str]) -> None:
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()


def _lock_within(file: IO[str], deadline: float) -> bool:
    while not _try_lock(file):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _try_lock(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
