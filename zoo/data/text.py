"""Texts in files: a label and a text a line, or a file a text in folders of their classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from zoo.data._folders import Sorted, are_sorted, sorted_files
from zoo.data._labelled import Lines, are_labelled, are_words, labelled_lines
from zoo.data._partners import beside, partners, train_file
from zoo.data._texts import dataset_of_texts
from zoo.dataset import Dataset
from zoo.errors import BadData, unknown
from zoo.raw.prose import LATIN1, SAMPLE, prose_of
from zoo.recipe import Source
from zoo.registry import register

SUFFIXES = (".txt",)
GLANCE = 8  # files that tell whether a folder holds texts


def recognises(path: Path) -> bool:
    """Return whether lines of the file start with labels, or the folder holds such files or folders of texts."""
    if path.is_dir():
        return bool(train_file(path)) or _holds_texts(path)
    return are_labelled(path)


@register(content=("file", "folder"), options=("ignore",))
def text(source: Source) -> Dataset:
    """Lines of a label and a text, a tab or space between; or a folder of .txt files, a sub-folder a class.

    Of files whose names differ by train, dev and test alone, as TREC.train.all and TREC.test.all, the first is learned
    from and the others validate and test, whether the first one is named or their folder. Folders train, validation
    and test are kept apart. UTF-8 and latin-1 are told apart file by file. `ignore` names labels to leave out.
    """
    path = Path(source.path)
    if path.is_dir():
        file = train_file(path)
        parts, names, notes = _of_folder(path) if file is None else _of_lines(file)
        notes += [] if file is None else beside(path, file)
    else:
        parts, names, notes = _of_lines(path)
    kept = {part: _kept(lines, source.ignore) for part, lines in parts.items()}
    _require_known(source.ignore, parts)
    told = (*notes, *(f"texts labelled '{label}' are left out, as asked" for label in source.ignore))
    return _dataset(source, parts, kept, names, told)


def _holds_texts(folder: Path) -> bool:
    """Return whether folders in the folder hold files of words, not of numbers."""
    if not are_sorted(folder, SUFFIXES):
        return False
    files = [path for depth in ("*/*.txt", "*/*/*.txt") for path in islice(folder.glob(depth), GLANCE)]
    with suppress(BadData):
        return are_words([prose_of(path, SAMPLE)[0] for path in files])
    return False


def _dataset(
    source: Source,
    parts: dict[str, Lines],
    kept: dict[str, list[int]],
    names: dict[str, list[str]],
    told: Sequence[str],
) -> Dataset:
    """Return the parts as a data set; the rows of `validation` follow those of training."""
    texts = {part: [parts[part].texts[place] for place in places] for part, places in kept.items()}
    labels = {part: [parts[part].labels[place] for place in places] for part, places in kept.items()}
    files = {part: [names[part][place] for place in kept[part]] for part in names}
    validation = texts.get("validation", [])
    test = (texts["test"], labels["test"]) if texts.get("test") else None
    rows, answers = texts["train"] + validation, labels["train"] + labels.get("validation", [])
    if not rows:
        raise BadData(f"{source.path} has no text left to learn from. Ignore fewer labels.")
    name = Path(source.path).resolve()
    found = dataset_of_texts(rows, answers, source, name.name if name.is_dir() else name.stem, test)
    labelled = {} if names else {"labels": list(found.classes)}
    return replace(
        found,
        facts=labelled,
        validation=np.arange(len(rows) - len(validation), len(rows)) if validation else None,
        names=tuple(files.get("train", []) + files.get("validation", [])),
        names_test=tuple(files.get("test", [])),
        warnings=(*told, *found.warnings),
    )


def _of_lines(path: Path) -> tuple[dict[str, Lines], dict[str, list[str]], list[str]]:
    """Return the lines of a file and, where its name says train, of those beside it for the other parts."""
    files = {"train": path, **partners(path)}
    parts = {part: labelled_lines(file) for part, file in files.items()}
    notes = [note for lines in parts.values() for note in lines.notes]
    used = {"validation": "validates", "test": "is the test part"}
    return parts, {}, [*notes, *(f"{files[part].name} {what}" for part, what in used.items() if part in files)]


def _of_folder(path: Path) -> tuple[dict[str, Lines], dict[str, list[str]], list[str]]:
    """Return the texts of files in folders of their classes."""
    found = sorted_files(path, SUFFIXES, "text")
    read = {part: [prose_of(file) for file in files] for part, files in found.files.items()}
    parts = {part: Lines(found.labels[part], [text.strip() for text, _ in texts]) for part, texts in read.items()}
    names = {part: [found.name(file) for file in files] for part, files in found.files.items()}
    return parts, names, [*found.notes, *_encodings(found, read)]


def _encodings(found: Sorted, read: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    encodings = [encoding for part in found.files for _, encoding in read[part]]
    files = [file for part in found.files for file in found.files[part]]
    latin = [file for file, encoding in zip(files, encodings, strict=True) if encoding == LATIN1]
    if latin:
        many = "1 file is" if len(latin) == 1 else f"{len(latin):,} files are"
        yield f"{many} read as latin-1: no UTF-8 (such as {found.name(latin[0])})"


def _kept(lines: Lines, ignored: Sequence[str]) -> list[int]:
    return [place for place, label in enumerate(lines.labels) if label not in ignored]


def _require_known(ignored: Sequence[str], parts: dict[str, Lines]) -> None:
    labels = {label for lines in parts.values() for label in lines.labels}
    for label in ignored:
        if label not in labels:
            raise unknown("label", label, labels)
