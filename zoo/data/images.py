"""Images in folders, a folder a class, with folders for training, validation and testing or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from zoo.data._decoding import decoded, each, reason
from zoo.data._folders import Listed, Sorted, are_sorted, sorted_files
from zoo.data._labels import indices_in, quantities
from zoo.data._named import groups_of, named_files, says_labels
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.memory import budget
from zoo.raw.pixels import LONGEST, SUFFIXES, Head, head
from zoo.recipe import Source
from zoo.registry import register

MOST_UNREADABLE = 0.1
_NAMED = 3  # unreadable files that are named


def recognises(path: Path) -> bool:
    """Return whether the folder has folders of image files, or holds little else than such files."""
    if are_sorted(path, SUFFIXES):
        return True
    try:
        shown = [file for file in path.iterdir() if not file.name.startswith(".")] if path.is_dir() else []
    except OSError:
        return False
    return 2 * sum(file.suffix.lower() in SUFFIXES for file in shown) > len(shown)


@register(content=("folder",), options=("pattern", "group"))
def images(source: Source) -> Dataset:
    """A folder of images, a sub-folder a class, or with names that tell it (--pattern, --group).

    Folders train, validation and test are kept apart. All images are grey where all files are grey, and red, green and
    blue otherwise. Those of one size are uint8 (n, height, width, channels), others (n,) of objects; past the memory
    that they may fill they stay on the disk. Files that cannot be read are counted, named and left out.
    """
    path, pattern = Path(source.path), source.pattern
    found = named_files(path, SUFFIXES, pattern) if says_labels(pattern) else sorted_files(path, SUFFIXES)
    listed = found.listed()
    files = [file for _, file, _ in listed]
    heads = each(head, files)
    read = [known for known in heads if isinstance(known, Head)]
    channels = max((known.channels for known in read), default=1)
    rows = decoded(files, heads, channels, budget(source.memory))
    _require_readable(path, found, {files[place]: error for place, error in rows.refused.items()}, len(files))
    said = _unreadable(found, {files[place]: error for place, error in rows.refused.items()})
    largest = list(max(sorted(rows.shapes), key=max)[:2])
    return replace(
        _dataset(source, found, [item for place, item in enumerate(listed) if place not in rows.refused], rows.rows),
        warnings=(*found.notes, *said, *_notes(read, channels), *rows.notes),
        facts={"channels": channels, "largest": largest, "ragged": len(rows.shapes) > 1},
    )


def _notes(heads: Sequence[Head], channels: int) -> tuple[str, ...]:
    grey = sum(known.channels < channels for known in heads)
    shrunk = sum(known.shrunk for known in heads)
    one, two = (_of_all(count, len(heads)) for count in (grey, shrunk))
    notes = (grey, f"{one} grey: read in colour as the others"), (shrunk, f"{two} longer than {LONGEST} pixels: shrunk")
    return tuple(note for count, note in notes if count)


def _of_all(count: int, total: int) -> str:
    return f"{count:,} of {total:,} images {'is' if count == 1 else 'are'}"


def _unreadable(found: Sorted, refused: dict[Path, BadData]) -> tuple[str, ...]:
    if not refused:
        return ()
    named = [f"{found.name(path)} {reason(path, error)}" for path, error in list(refused.items())[:_NAMED]]
    more = ", ..." if len(refused) > _NAMED else ""
    many = "1 image" if len(refused) == 1 else f"{len(refused):,} images"
    return (f"{many} cannot be read: left out ({', '.join(named)}{more})",)


def _require_readable(path: Path, found: Sorted, refused: dict[Path, BadData], total: int) -> None:
    if len(refused) <= MOST_UNREADABLE * total:
        return
    first, error = next(iter(refused.items()))
    raise BadData(
        f"{path}: {len(refused):,} of {total:,} images cannot be read ({found.name(first)} {reason(first, error)}); "
        f"more than a tenth is too many to leave out. Get them again, or remove them."
    )


def _dataset(source: Source, found: Sorted, listed: Sequence[Listed], rows: np.ndarray | LazyRows) -> Dataset:
    """Return the parts as a data set; the rows of `validation` follow those of training."""
    parts, files, labels = zip(*listed, strict=True)
    train, beside = parts.count("train"), len(parts) - parts.count("test")
    if not train:
        raise BadData(f"{source.path} holds no image to train with, only folders of others. Add the folder train.")
    classes = () if source.task == "regression" else _classes(labels[:train])
    groups, group_names = groups_of(files, source.pattern, source.group)
    is_tested = beside < len(parts)
    return Dataset(
        name=Path(source.path).resolve().name,
        source=source,
        modality="image",
        x=rows[:beside],
        y=_target(labels[:beside], classes, found.root),
        classes=classes,
        x_test=rows[beside:] if is_tested else None,
        y_test=_target(labels[beside:], classes, found.root) if is_tested else None,
        validation=np.arange(train, beside) if beside > train else None,
        groups=None if groups is None else groups[:beside],
        groups_test=None if groups is None or not is_tested else groups[beside:],
        group_names=group_names,
        names=tuple(map(found.name, files[:beside])),
        names_test=tuple(map(found.name, files[beside:])),
    )


def _classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes: whole numbers by size, others by code point."""
    names = sorted(set(labels))
    return tuple(sorted(names, key=int) if all(name.isascii() and name.isdecimal() for name in names) else names)


def _target(labels: Sequence[str], classes: Sequence[str], where: Path) -> np.ndarray:
    values = np.asarray(labels, str)
    what = f"{where}: the name of a class"
    return indices_in(values, classes, what) if classes else quantities(values, what)
