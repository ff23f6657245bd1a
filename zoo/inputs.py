"""Raw rows as a bundle takes them from a file, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from zoo.lines import lines_of
from zoo.preparation import Preparation
from zoo.reading import READING
from zoo.reading.text import read_texts
from zoo.rows import read_rows
from zoo.tables import UNSEEN

TEXT = (".csv", ".tsv")
NAMES = ("*_TRAIN.tsv", "*_TEST.tsv")  # what the UCR archive calls its files


def rows_of_file(path: Path | str, preparation: Preparation, source: Mapping[str, Any]) -> tuple[np.ndarray, list[str]]:
    """Return the raw rows in a file, and what to say of how they were read; raise BadData for others.

    `source` is what the model learned from. Of series whose lines hold one cell more than the model takes, in a file
    that is read as the archive has them or is so named, the first cell is the label.
    """
    path = Path(path)
    if "lookback" in preparation.facts and path.suffix.lower() in TEXT:
        return _last_window(path, preparation)
    if preparation.modality == "text" and path.suffix.lower() not in READING.entries["text"].facts["leaves"]:
        texts, _, said = read_texts(path, preparation)
        return texts, list(said)
    if not _has_labels(path, preparation, source):
        return read_rows(path, preparation), []
    from zoo.data.series import read_series

    rows = read_series(path)[1][..., np.newaxis]
    return rows, [f"the first cell of each line of {path} is taken for its label and left aside"]


def _last_window(path: Path, preparation: Preparation) -> tuple[np.ndarray, list[str]]:
    """Return the last window of a table in time, and what it is a forecast of."""
    rows, (end,) = READING.get("series")(path, preparation)
    facts = preparation.facts
    steps = "the next value" if facts["horizon"] == 1 else f"the next {facts['horizon']} values"
    return rows, [f"forecast of {steps} of '{facts['columns'][0]}' after {end}, by the {facts['lookback']} up to there"]


def _has_labels(path: Path, preparation: Preparation, source: Mapping[str, Any]) -> bool:
    is_plain = len(preparation.raw_shape) == 2 and "columns" not in preparation.facts
    if not is_plain or path.suffix.lower() not in TEXT or not path.is_file():
        return False
    read_as_series = source.get("reader") == "series" or _so_named(Path(source["path"])) or _so_named(path)
    if not read_as_series or preparation.raw_shape[1] != 1:
        return False
    first = next(lines_of(path), None)
    return first is not None and len(first.cells) == prod(preparation.raw_shape) + 1


def _so_named(path: Path) -> bool:
    return any(fnmatchcase(path.name, name) for name in NAMES) or (path.is_dir() and any(path.glob(NAMES[0])))


def unseen(rows: np.ndarray, preparation: Preparation) -> list[str]:
    """Return a line for each column with texts that the model does not tell apart; rows are raw, (n, columns)."""
    return [line for column in preparation.categories for line in _unseen_in(rows, column, preparation)]


def _unseen_in(rows: np.ndarray, column: str, preparation: Preparation) -> list[str]:
    cells = np.asarray(rows)[:, preparation.columns.index(column)]
    strange, known = int((cells == UNSEEN).sum()), len(preparation.categories[column])
    if not strange:
        return []
    return [
        f"{strange:,} of {len(cells):,} cells of '{column}' are none of the {known:,} texts that the model tells apart"
    ]
