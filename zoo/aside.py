"""Folders that appear whole or not at all: written aside and onto the disk, then renamed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoo.durable import name_beside, sync_folder, sync_tree
from zoo.errors import BadValue, ZooError

ROOM = "Make room there, or choose another folder."
ROOM_FOR_TEMPORARY = "Make room there, or name another folder for temporary files: TMPDIR=FOLDER zoo ..."


@contextmanager
def whole_folder(target: Path, marker: str, force: bool = False) -> Iterator[Path]:
    """Yield an empty folder beside `target` that becomes `target` when the block ends well, and vanishes otherwise.

    An existing target is refused; with `force` it is replaced if it holds the file `marker`, so that a slip of the
    pen replaces no home folder. Raises BadValue for that, ZooError when the disk is full or cannot be written.
    """
    require_free(target, marker, force)
    aside = name_beside(target, "part")
    try:
        with writing(target):
            aside.mkdir(parents=True)
            yield aside
            require_free(target, marker, force)
            sync_tree(aside)
            _take_place(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def writing(target: Path, cure: str = ROOM) -> Iterator[None]:
    """Turn a full disk, or a place that cannot be written, into one line: a ZooError about `target`, with the `cure`.

    Where the error names a place elsewhere, such as a folder of temporary files, it is about that.
    """
    try:
        yield
    except OSError as error:
        place = _elsewhere(error, target)
        if place is not None:
            is_temporary = place.is_relative_to(tempfile.gettempdir())
            cure = ROOM_FOR_TEMPORARY if is_temporary else ROOM
        raise ZooError(f"{place or target} cannot be written: {error.strerror or error}. {cure}") from error


def require_free(target: Path, marker: str, force: bool = False) -> None:
    """Raise BadValue unless a folder may be put at `target`."""
    if not target.exists() and not target.is_symlink():
        return
    if not (target / marker).is_file():
        raise BadValue(f"{target} exists and is no bundle: it holds no {marker}. Choose another folder.")
    if not force:
        raise BadValue(f"{target} exists; nothing is overwritten. Choose another folder, or add --force.")


def sweep(folder: Path) -> None:
    """Remove what killed processes left beside what is in `folder`; whoever calls this lets nobody else write there.

    An old folder whose replacement never came is put back in its place.
    """
    for left in folder.glob(".*.part"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
    for old in folder.glob(".*.old"):
        target = old.with_name(old.name[1:].rsplit(".", 2)[0])
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)


def _elsewhere(error: OSError, target: Path) -> Path | None:
    """Return the place that an error names unless it is `target`, in it or beside it."""
    named = Path(error.filename) if isinstance(error.filename, str) else target
    return None if named.absolute().is_relative_to(target.absolute().parent) else named


def _take_place(aside: Path, target: Path) -> None:
    """Rename `aside` to `target`; an old target stays beside it until the new one stands."""
    if not target.exists():
        aside.rename(target)
        sync_folder(target.parent)
        return
    old = name_beside(target, "old")
    target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        old.rename(target)
        raise
    sync_folder(target.parent)  # the new name is on disk before the old folder goes
    shutil.rmtree(old, ignore_errors=True)
