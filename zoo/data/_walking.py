"""What lies below a folder: its files of certain suffixes, others, and links that are not followed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zoo.errors import BadData

DEEPEST = 16
_SYSTEM = ("__MACOSX",)


@dataclass(frozen=True)
class Folder:
    """A folder: the folders in it, its files of the wanted suffixes, other files, and links that are left alone.

    Pipes, sockets and devices are other files, whatever they are called: opening one may wait for ever.
    """

    path: Path
    folders: list[Folder] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)

    def below(self) -> Iterator[Folder]:
        """Return the folder itself and all below it."""
        yield self
        for folder in self.folders:
            yield from folder.below()

    def wanted(self) -> list[Path]:
        """Return all wanted files in and below the folder, those of one folder side by side."""
        return [path for folder in self.below() for path in folder.files]

    def holds_wanted(self) -> bool:
        """Return whether there is a wanted file in or below the folder."""
        return any(folder.files for folder in self.below())


def walked(path: Path, suffixes: Collection[str]) -> Folder:
    """Return what lies below a folder, sorted by name; hidden files are passed over.

    Links to files inside are followed; those to folders, to nothing and out of `path` are not. Raises BadData for a
    folder that cannot be read.
    """
    try:
        return _walked(path, path.resolve(), frozenset(suffixes), DEEPEST)
    except OSError as error:
        raise BadData(
            f"{error.filename or path} cannot be read ({error.strerror}). Allow it, or move it away."
        ) from error


def _walked(path: Path, top: Path, suffixes: frozenset[str], depth: int) -> Folder:
    found = Folder(path)
    for entry in _entries(path):
        place = path / entry.name
        if entry.is_symlink() and not _is_file_inside(place, top):
            found.links.append(place)
        elif entry.is_dir():
            if depth:
                found.folders.append(_walked(place, top, suffixes, depth - 1))
        else:
            is_wanted = place.suffix.lower() in suffixes and entry.is_file()
            (found.files if is_wanted else found.others).append(place)
    return found


def _entries(path: Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(".") and entry.name not in _SYSTEM]
    return sorted(shown, key=lambda entry: entry.name)


def _is_file_inside(link: Path, top: Path) -> bool:
    try:
        target = link.resolve()
    except (OSError, RuntimeError):  # it points to itself
        return False
    return target.is_file() and target.is_relative_to(top)
