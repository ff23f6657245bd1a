"""One process a study: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from zoo.errors import BadValue

NAME = "lock"


@contextmanager
def study_lock(folder: Path) -> Iterator[None]:
    """Hold the study in `folder` (made if need be) inside the block; raise BadValue when another process holds it.

    The file stays when the lock is freed: removing it would let two processes lock two files of one name.
    """
    with _opened(folder / NAME) as file:
        if not _try_lock(file):
            raise BadValue(
                f"the study '{folder.name}' is being run by process {_read_pid(file) or 'unknown'}; one process runs"
                " a study. Wait for it or stop it, then run the same command again, or choose another --study."
            )
        _write_pid(file)
        yield


def holder(folder: Path) -> int | None:
    """Return the id of the process that runs the study in `folder`; None when nobody does."""
    try:
        file = (folder / NAME).open("r+", encoding="ascii")
    except OSError:
        return None
    with file:
        return None if _try_lock(file) else _read_pid(file)


@contextmanager
def brief_lock(path: Path) -> Iterator[None]:
    """Hold the file `path` inside the block, waiting for whoever has it: for work of a second or less."""
    with _opened(path) as file:
        _wait_lock(file)
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


if os.name == "nt":
    import msvcrt

    _FAR = 1 << 30  # Windows hides locked bytes from readers, so the lock lies beyond the process id

    def _try_lock(file: IO[str]) -> bool:
        return _lock_far_byte(file, msvcrt.LK_NBLCK)

    def _wait_lock(file: IO[str]) -> None:
        while not _lock_far_byte(file, msvcrt.LK_LOCK):
            pass

    def _lock_far_byte(file: IO[str], mode: int) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), mode, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
