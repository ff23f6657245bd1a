"""Owners: the processes that run trials of a study, each a locked file that the system frees when it dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import IO
from uuid import uuid4

from search.claiming.lock import unwritable

FOLDER = "owners"
CONDUCTOR, WORKER = "conductor", "worker"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Owner:
    """A process that runs trials; `kind` is conductor or worker, `machine` tells systems of one host name apart."""

    name: str
    kind: str
    host: str
    pid: int
    machine: str

    @classmethod
    def here(cls, kind: str = CONDUCTOR) -> Owner:
        """Return this process under a name that no other owner has."""
        host, pid = socket.gethostname(), os.getpid()
        return cls(f"{host[:100]}-{pid}-{uuid4().hex[:8]}", kind, host, pid, _machine())


class OwnerFile:
    """The file of an owner, locked from `hold` to `let_go`; it says who that is."""

    def __init__(self, folder: Path, owner: Owner) -> None:
        self._folder, self._owner = folder / FOLDER, owner
        self._file: IO[str] | None = None

    def hold(self) -> None:
        """Make and lock the file; raise BadValue when it cannot be written."""
        path, aside = self._folder / self._owner.name, self._folder / f".{self._owner.name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = aside.open("x", encoding="utf-8")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._file.write(json.dumps(asdict(self._owner)))
            self._file.flush()
            aside.rename(path)  # whoever finds it finds it locked and whole
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def let_go(self, settled: bool) -> None:
        """Free the lock; the file stays under another name where claims are left, which were not killed then."""
        path = self._folder / self._owner.name
        with suppress(OSError):  # on a full disk a name can be changed
            path.unlink() if settled else path.rename(_left(path))
        if self._file is not None:
            self._file.close()


def living(folder: Path) -> tuple[Owner, ...]:
    """Return the owners that live in the study of `folder`, by the locks that this machine can see."""
    return tuple(owner for owner, lives in _known(folder) if lives)


def known(folder: Path, name: str) -> Owner:
    """Return what is known of an owner that may be on another machine: its name at least."""
    owner, _ = _read(folder / FOLDER / name)
    return owner or Owner(name, "unknown", "unknown", 0, "unknown")


def fate(folder: Path, name: str) -> str | None:
    """Return how an owner of this machine ended: killed, or interrupted where it could not settle what it claimed.

    None while it lives, and where that cannot be known.
    """
    path = folder / FOLDER / name
    if _left(path).exists():
        return "interrupted"
    owner, lives = _read(path)
    return "killed" if owner is not None and owner.machine == _machine() and not lives else None


def bury(folder: Path, names: set[str]) -> None:
    """Remove the files of owners of this machine that have ended and are not among `names`."""
    for owner, lives in _known(folder):
        if not lives and owner.machine == _machine() and owner.name not in names:
            path = folder / FOLDER / owner.name
            for file in (path, _left(path)):
                with suppress(OSError):
                    file.unlink(missing_ok=True)


def _known(folder: Path) -> Iterator[tuple[Owner, bool]]:
    found = (folder / FOLDER).iterdir() if (folder / FOLDER).is_dir() else ()
    for path in sorted(found):
        owner, lives = (None, False) if path.name.startswith(".") else _read(path)
        if owner is not None:
            yield owner, lives


def _read(path: Path) -> tuple[Owner | None, bool]:
    """Return what a file says and whether its owner lives; None when it is gone or says nothing."""
    try:
        with path.open(encoding="utf-8") as file:
            lives = not _is_free(file)
            return Owner(**json.load(file)), lives
    except (OSError, ValueError, TypeError):
        return None, False


def _left(path: Path) -> Path:
    return path.with_name(f"{path.name}.left")


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # which others who ask can have as well
    except BlockingIOError:
        return False
    return True


@cache
def _machine() -> str:
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return socket.gethostname()
