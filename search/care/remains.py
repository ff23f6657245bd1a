"""What a copy that was killed left beside its place: the next one removes it, and puts an earlier copy back."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search.record.spool import lock


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Show others that `folder` is being written, by whatever name, until the block or this process ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems lock no folders
            lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def sweep_beside(place: Path, marker: str) -> None:
    """Remove the half copies that `zoo.aside.whole_folder` began for `place` and was killed over.

    An old copy, with the file `marker` in it, whose replacement never came is put back. While another process makes a
    copy there, nothing is touched.
    """
    halves, olds = (_beside(place, kind) for kind in ("part", "old"))
    if any(map(_is_at_work, halves)):
        return
    for half in halves:
        shutil.rmtree(half, ignore_errors=True)
    for old in olds:
        if place.exists() and (old / marker).is_file():
            shutil.rmtree(old, ignore_errors=True)
        elif not place.exists():
            old.rename(place)


def _beside(place: Path, kind: str) -> list[Path]:
    """Return the folders that `zoo.durable.name_beside` named for a place."""
    name = re.compile(rf"\.{re.escape(place.name)}\.[0-9a-f]{{8}}\.{kind}")
    with suppress(OSError):  # the folder around it is made later
        return sorted(path for path in place.parent.iterdir() if name.fullmatch(path.name) and path.is_dir())
    return []


def _is_at_work(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not lock(descriptor)
    except OSError:
        return True  # nobody can tell
    finally:
        os.close(descriptor)
