"""Files that outlast a kill and a power cut: written aside and onto the disk, and only then put in place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Yield a file that becomes `target` when the block ends well and vanishes otherwise; then it is on disk.

    A disk that fills meanwhile is an OSError that names `target`.
    """
    aside = name_beside(target, "part")
    try:
        with aside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename is None:  # of a write, not of an opening
            error.filename = str(target)
        raise
    finally:
        aside.unlink(missing_ok=True)


def sync_tree(folder: Path) -> None:
    """Put every file below `folder`, and the names of them all, on disk."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        else:
            _sync(path)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on disk, which a rename alone does not; some network file systems cannot."""
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def name_beside(target: Path, kind: str) -> Path:
    """Return a free path in the folder of `target`, which `zoo.aside.sweep` knows for what a kill left."""
    return target.with_name(f".{target.name}.{uuid4().hex[:8]}.{kind}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
