"""Texts to predict: the lines of a file, a column of a table, or the files of a folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.errors import BadData
from zoo.preparation import objects
from zoo.raw.cells import one_line
from zoo.raw.prose import lines_in, prose_of
from zoo.reading import Read
from zoo.reading._files import files_in, readable
from zoo.registry import register

if TYPE_CHECKING:
    from zoo.preparation import Preparation

TABLES = (".csv", ".tsv")
SUFFIX = ".txt"


@register(leaves=(".npz", ".npy", ".parquet", ".pq"))
def text(path: Path, preparation: Preparation) -> Read:
    """Return the texts (n,) in a file or a folder, and the files' names where it is a folder; raise BadData.

    Each line of a file is a text, a blank one an empty text. Of a .csv or .tsv file it is the column that the model
    learned from, or the only one. Of a folder each .txt file in it or below is a text, but for those that cannot be
    read, which are named. Where the model learned from lines that start with a label, and all lines of the file start
    with such a label, these are left aside.
    """
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise BadData(f"{path} does not exist; give a file of texts, a line a text, or a folder of .txt files.")
    if path.suffix.lower() in TABLES:
        return Read(objects(_column(path, preparation.columns)))
    texts, notes = _unlabelled(lines_in(prose_of(path)[0]), preparation.facts.get("labels", ()), path)
    if not any(text.strip() for text in texts):
        raise BadData(f"{path} holds no text; write a text a line.")
    return Read(objects(texts), notes=notes)


def _of_folder(path: Path) -> Read:
    files, names = files_in(path, (SUFFIX,), f"{SUFFIX} file")
    texts, refused = [], {}
    for place, file in enumerate(files):
        try:
            texts.append(prose_of(file)[0].strip())
        except BadData as error:
            refused[place] = error
    kept, said = readable(names, refused, f"{SUFFIX} file")
    return Read(objects(texts), tuple(names[place] for place in kept), said)


def _unlabelled(lines: Sequence[str], labels: Collection[str], path: Path) -> tuple[list[str], tuple[str, ...]]:
    """Return lines without the labels that all of them start with, and that these were left aside; else as they are."""
    parts = parted(lines, labels)
    if not parts:
        return list(lines), ()
    return [text for _, text in parts], (f"each line of {path} starts with a label: these are left aside",)


def parted(lines: Sequence[str], labels: Collection[str]) -> list[tuple[str, str]]:
    """Return the label and the text of each line that is not blank, or nothing where one starts with none of these."""
    known, filled = set(labels), [line for line in lines if line.strip()]
    for sign in "\t ":
        parts = [line.partition(sign) for line in filled]
        if all(label.strip() in known for label, _, _ in parts):
            return [(label.strip(), text.strip()) for label, _, text in parts]
    return []


def _column(path: Path, columns: Sequence[str]) -> list[str]:
    """Return the cells of the column that the model learned from, or of the only one; raise BadData."""
    from zoo.raw.dialect import dialect_of
    from zoo.raw.lines import lines_of, require_width
    from zoo.tables import place_of

    lines = list(lines_of(path, dialect_of(path, names=columns)))
    if not lines:
        raise BadData(f"{path} is empty; it must hold texts to predict.")
    names = [one_line(cell) for cell in lines[0].cells]
    if len(names) == 1 and names[0] not in columns:
        return [line.cells[0] for line in lines]
    if not columns:
        raise BadData(f"{path} has {len(names)} columns; this model takes texts. Save these as .txt, a text a line.")
    place = place_of(path, columns[0], names)
    for line in lines:
        require_width(path, line, len(names))
    if len(lines) == 1:
        raise BadData(f"{path} has a header and no rows; add rows to predict.")
    return [line.cells[place] for line in lines[1:]]
