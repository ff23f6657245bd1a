"""Files with right answers: images, recordings and texts in folders of their classes, or named so, or line by line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from zoo.data import READERS
from zoo.data._folders import ORDER, Listed, sorted_files
from zoo.data._named import named_files, says_labels
from zoo.data._partners import partners
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.preparation import Preparation, objects
from zoo.raw.prose import lines_in, prose_of
from zoo.reading import Read
from zoo.reading.text import parted
from zoo.recipe import Source

OF_FILES = {"images": "image", "audio": "audio", "text": "text"}  # readers, and the rows that they read


@dataclass(frozen=True)
class Answered:
    """Raw rows as a preparation takes them, the label of each as text, and what to say of them."""

    rows: np.ndarray | LazyRows
    labels: list[str]
    notes: tuple[str, ...] = ()


def rows_of_files(reader: str, source: Source, preparation: Preparation, classes: Collection[str]) -> Answered:
    """Return the labelled rows at the path of `source`, read as those of `zoo predict` are; raise BadData.

    Where the data has a part to test with, these are its rows. `source` is what the model learned from, but for its
    path: where names do not show what its pattern says, folders are the classes. `classes` are those that it knows.
    """
    if OF_FILES[reader] != preparation.modality:
        found, taken = OF_FILES[reader], preparation.modality
        raise BadData(f"{source.path} holds {found} files; this model takes {taken} rows. Give other data.")
    return _READ[reader](source, preparation, classes)


def _of_images(source: Source, preparation: Preparation, _: Collection[str]) -> Answered:
    from zoo.raw.pixels import SUFFIXES
    from zoo.reading.image import read_images

    def listed(pattern: str | None) -> list[Listed]:
        path = Path(source.path)
        return (named_files(path, SUFFIXES, pattern) if pattern else sorted_files(path, SUFFIXES)).listed()

    return _answered(source, preparation, listed, read_images)


def _of_waves(source: Source, preparation: Preparation, _: Collection[str]) -> Answered:
    from zoo.data._clips import clips_in
    from zoo.reading.audio import read_waves

    def listed(pattern: str | None) -> list[Listed]:
        return [(clip.part, clip.path, clip.label) for clip in clips_in(Path(source.path), pattern, None).clips]

    return _answered(source, preparation, listed, read_waves)


def _answered(
    source: Source,
    preparation: Preparation,
    listed: Callable[[str | None], list[Listed]],
    read: Callable[..., Read],
) -> Answered:
    files, labels = zip(*_judged_on(_listed(source, listed)), strict=True)
    names = tuple(file.relative_to(source.path).as_posix() for file in files)
    found = read(files, names, preparation, source.memory)
    known = dict(zip(names, labels, strict=True))
    return Answered(found.rows, [known[name] for name in found.names], found.notes)


def _listed(source: Source, listed: Callable[[str | None], list[Listed]]) -> list[Listed]:
    """Return the files by the pattern that was learned with, or else by their folders."""
    pattern = source.pattern if says_labels(source.pattern) else None
    try:
        return listed(pattern)
    except BadData as error:
        if pattern is None:
            raise
        first = error
    try:
        return listed(None)
    except BadData:
        raise first from None


def _judged_on(files: Sequence[Listed]) -> list[tuple[Path, str]]:
    """Return the files to test with and their labels; where there are none, all."""
    tested = [(file, label) for part, file, label in files if part == ORDER[-1]]
    return tested or [(file, label) for _, file, label in files]


def _of_texts(source: Source, preparation: Preparation, classes: Collection[str]) -> Answered:
    """Return texts and labels, without those labels that were left out of what the model learned."""
    ignored = set(source.ignore) if source.target is None else set()
    pairs = _lines(Path(source.path), {*classes, *ignored}) or _texts_read(source)
    kept = [(label, text) for label, text in pairs if label not in ignored]
    left = sorted(ignored.intersection(label for label, _ in pairs))
    told = (f"texts labelled '{label}' are left out, as when it learned" for label in left)
    return Answered(objects([text for _, text in kept]), [label for label, _ in kept], tuple(told))


def _lines(path: Path, known: Collection[str]) -> list[tuple[str, str]]:
    """Return label and text of each line of a file that goes alone, where all start with a known label."""
    if not path.is_file() or partners(path):
        return []
    return parted(lines_in(prose_of(path)[0]), known)


def _texts_read(source: Source) -> list[tuple[str, str]]:
    dataset = READERS.get("text")(replace(source, ignore=(), target=None))
    tested = dataset.x_test is not None
    x, y = (dataset.x_test, dataset.y_test) if tested else (dataset.x, dataset.y)
    labels = [dataset.classes[place] for place in y] if dataset.classes else [f"{value:.17g}" for value in y]
    return list(zip(labels, x, strict=True))


_READ = {"images": _of_images, "audio": _of_waves, "text": _of_texts}
