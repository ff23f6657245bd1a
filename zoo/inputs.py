"""Raw rows as a bundle takes them from a file, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from zoo.lazy import LazyRows
from zoo.preparation import Preparation
from zoo.raw.lines import lines_of
from zoo.reading import Read
from zoo.rows import named_rows
from zoo.tables import UNSEEN

TEXT = (".csv", ".tsv")
_SHOWN = 8  # columns that are named
NAMES = ("*_TRAIN.tsv", "*_TEST.tsv")  # what the UCR archive calls its files


def rows_of_file(path: Path | str, preparation: Preparation, source: Mapping[str, Any]) -> Read:
    """Return the raw rows in a file or a folder, their names, and what to say of them; raise BadData for others.

    `source` is what the model learned from. Of series whose lines hold one cell more than the model takes, in a file
    that is read as the archive has them or is so named, the first cell is the label.
    """
    path = Path(path)
    if not _has_labels(path, preparation, source):
        return named_rows(path, preparation)
    from zoo.data.series import read_series

    rows = read_series(path)[1][..., np.newaxis]
    return Read(rows, notes=(f"the first cell of each line of {path} is taken for its label and left aside",))


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


def unseen(rows: np.ndarray | LazyRows, preparation: Preparation) -> list[str]:
    """Return a line for each column with texts that the model does not tell apart; rows are raw, (n, columns)."""
    if not preparation.categories:
        return []
    strange = np.zeros(len(preparation.columns), int)
    for chunk in rows.chunks() if isinstance(rows, LazyRows) else [np.asarray(rows)]:
        strange += (chunk.reshape(len(chunk), -1) == UNSEEN).sum(axis=0)
    counts = dict(zip(preparation.columns, strange.tolist(), strict=True))
    return [
        f"{counts[column]:,} of {len(rows):,} cells of '{column}' are none of the {len(known):,} texts that the model "
        "tells apart"
        for column, known in preparation.categories.items()
        if counts[column]
    ]


def takes(preparation: Preparation) -> str:
    """Return in words what rows, not in files, a model takes."""
    shape, facts = ", ".join(map(str, preparation.raw_shape)), preparation.facts
    if preparation.modality == "text":
        return "texts: a list of them, an array, or a data frame with a column of them"
    if preparation.modality == "audio":
        return f"sound of {facts['rate']:,} Hz: a list of arrays (samples,) of floats from -1 to 1, one a recording"
    if preparation.is_ragged:
        return f"images: a list of arrays (height, width, {facts.get('channels', 1)}) of whole numbers from 0 to 255"
    if "columns" in facts:
        named = filter(None, (facts.get("id"), facts.get("time"), *facts["columns"]))
        return f"a data frame with the columns {', '.join(named)}, or arrays (n, {shape})"
    if preparation.columns and len(preparation.raw_shape) == 1:
        more = ", ..." if len(preparation.columns) > _SHOWN else ""
        return f"a data frame with the columns {', '.join(preparation.columns[:_SHOWN])}{more}"
    return f"arrays (n, {shape})"
