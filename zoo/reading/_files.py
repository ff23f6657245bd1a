"""Files of rows: which of them a path means, and which cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from zoo.data._walking import walked
from zoo.errors import BadData

_NAMED = 3  # unreadable files that are named


def files_in(path: Path, suffixes: Collection[str], thing: str) -> tuple[list[Path], tuple[str, ...]]:
    """Return the file at `path`, or those of these suffixes in and below a folder, and their names; raise BadData.

    `thing` is what is looked for: "image", ".wav file".
    """
    if path.is_file():
        return [path], (path.name,)
    if not path.is_dir():
        raise BadData(f"{path} does not exist; give the path of a file, or of a folder of {thing}s.")
    files = sorted(walked(path, suffixes).wanted())
    if not files:
        known = "" if thing.startswith(".") else f" ({' '.join(suffixes)})"
        raise BadData(f"{path} holds no {thing}{known}; this model takes these. Give another folder, or a file.")
    return files, tuple(file.relative_to(path).as_posix() for file in files)


def readable(names: Sequence[str], refused: Mapping[int, BadData], thing: str) -> tuple[list[int], tuple[str, ...]]:
    """Return the places of the files that can be read, and words on the others, `refused` by place.

    Raises the first error where no file can be read.
    """
    if refused and len(refused) == len(names):
        raise refused[min(refused)]
    if not refused:
        return list(range(len(names))), ()
    named = ", ".join(names[place] for place in sorted(refused)[:_NAMED]) + (", ..." if len(refused) > _NAMED else "")
    told = f"{len(refused):,} of {len(names):,} {thing}s cannot be read: left out: {named}"
    first = refused[min(refused)]
    kept = [place for place in range(len(names)) if place not in refused]
    return kept, (f"{told} ({str(first).partition('. ')[0]})",)
