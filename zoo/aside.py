"""Folders that appear whole or not at all: written aside and onto the disk, then renamed."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoo.durable import name_beside, sync_folder, sync_tree
from zoo.errors import BadValue, ZooError

OTHER = "choose another folder."
OTHER_FOR_TEMPORARY = "name another folder for temporary files: TMPDIR=FOLDER zoo ..."
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


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
def writing(target: Path, other: str = OTHER) -> Iterator[None]:
    """Turn a full disk, or a place that cannot be written, into one line: a ZooError about `target`, with the cure.

    `other` is the cure besides room. Where the error names a place elsewhere, such as a folder of temporary files, it
    is about that. What else goes wrong, such as with a file that was to be read, is raised as it is.
    """
    try:
        yield
    except OSError as error:
        place = _elsewhere(error, target)
        if place is not None:
            other = OTHER_FOR_TEMPORARY if _is_temporary(place) else OTHER
        if _is_full(error):
            cure = f"Make room there, or {other}"
        elif _is_refused(error, place):
            cure = other[0].upper() + other[1:]
        else:
            raise
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


def _is_full(error: OSError) -> bool:
    """Return whether there is no room; NumPy and HDF5 tell that of a write without a number."""
    return error.errno in FULL or (error.errno is None and "writ" in str(error))


def _is_refused(error: OSError, place: Path | None) -> bool:
    """Return whether something may not be written; of a `place` elsewhere it may be that it could not be read."""
    if place is None:
        return error.errno in (*_DENIED, *_NO_PLACE)
    return error.errno == errno.EROFS or (error.errno in _DENIED and _is_temporary(place))


def _is_temporary(place: Path) -> bool:
    return place.is_relative_to(tempfile.gettempdir())


def _elsewhere(error: OSError, target: Path) -> Path | None:
    """Return the place that an error names unless it is `target`, in it, above it or what becomes it."""
    named = Path(error.filename) if isinstance(error.filename, str) else target
    whole, own = target.absolute(), named.absolute()
    if whole.is_relative_to(own) or own.is_relative_to(whole):
        return None
    beside = own.relative_to(whole.parent).parts[0] if own.is_relative_to(whole.parent) else ""
    return None if beside.startswith(f".{target.name}.") else named


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
