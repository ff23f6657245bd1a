"""Raw rows to predict, from a file, a data frame or a data set, with the standard library and NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.arrays import read_arrays
from zoo.cells import quoted
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.frames import categories, names_of, numbers
from zoo.preparation import Preparation
from zoo.reading import READING
from zoo.tables import UNSEEN, place_in, place_of, table_rows

if TYPE_CHECKING:
    import pandas as pd

_FRAME = "the data frame"


def read_rows(path: str | Path, preparation: Preparation, key: str = "x") -> np.ndarray:
    """Return the rows in a .csv, .tsv, .npz (array `key`) or .npy file as `preparation.apply` takes them.

    A text table with a header may have its columns in any order, and others beside them; without a header, columns
    are taken by position. Missing cells become NaN. Rows of other kinds are read as zoo.reading says. Raises BadData
    for everything that cannot be read.
    """
    path = Path(path)
    if preparation.modality in READING.names():
        return READING.get(preparation.modality)(path, preparation)[0]
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadData(f"{path} {what}; give a .csv, .tsv, .npz or .npy file of rows.")
    rows = _stored(path, key) if path.suffix.lower() in (".npz", ".npy") else table_rows(path, preparation)
    if not rows.size:
        raise BadData(f"{path} holds no rows (shape {rows.shape}); add rows to predict.")
    return rows


def frame_rows(frame: pd.DataFrame, preparation: Preparation) -> np.ndarray:
    """Return the rows of a data frame as `preparation.apply` takes them.

    Columns may stand in any order, and others beside them; where the frame numbers its columns instead of naming
    them, or the model knows no names, they are taken by position. Missing cells become NaN. Raises BadData.
    """
    names = names_of(frame)
    places = _places_in_frame(names, preparation)
    if not len(frame):
        raise BadData(f"{_FRAME} holds no rows; add rows to predict.")
    known = preparation.columns or [""] * len(places)
    texts = [preparation.categories.get(column) for column in known]
    cells = [_cells(frame.iloc[:, place], names[place], found) for place, found in zip(places, texts, strict=True)]
    return np.column_stack(cells)


def recoded(dataset: Dataset, x: np.ndarray, preparation: Preparation) -> np.ndarray:
    """Return rows `x` of any table, `dataset.x` or `dataset.x_test`, as `preparation.apply` takes them.

    Columns are found by name, and so are texts, whose places differ from one data set to the next. Raises BadData for
    a column that is not there, or that is text on one side only.
    """
    if dataset.modality != "table" or (dataset.columns, dataset.categories) == (
        preparation.columns,
        preparation.categories,
    ):
        return x
    return np.column_stack([_recoded(dataset, x, column, preparation) for column in preparation.columns])


def _recoded(dataset: Dataset, x: np.ndarray, column: str, preparation: Preparation) -> np.ndarray:
    where, own, known = dataset.source.path, dataset.categories.get(column), preparation.categories.get(column)
    cells = x[:, place_of(where, column, dataset.columns)]
    if own is None and known is None:
        return cells
    if own is None or known is None:
        has, needs = ("text", "numbers") if known is None else ("numbers", "text")
        raise BadData(f"{where}: column '{column}' holds {has}; the model was trained on {needs}. Mend the column.")
    places = np.asarray([*map(place_in(known), own), UNSEEN, np.nan])  # the last two for UNSEEN and NaN
    return places[np.where(np.isnan(cells), len(own) + 1, np.where(cells < 0, len(own), cells)).astype(int)]


def _places_in_frame(names: Sequence[str], preparation: Preparation) -> list[int]:
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    numbered = list(names) == [str(place) for place in range(len(names))]
    if columns and not (numbered and set(columns).isdisjoint(names)):
        return [place_of(_FRAME, column, names) for column in columns]
    if len(names) != width:
        raise BadData(f"{_FRAME} has {len(names)} columns; this model takes {width}, by position. Select those.")
    return list(range(width))


def _cells(column: pd.Series, name: str, texts: Sequence[str] | None) -> np.ndarray:
    if texts is not None:
        read = place_in(texts)
        return np.asarray([math.nan if cell is None else read(cell) for cell in categories(column)], np.float64)
    values, is_text = numbers(column)
    if is_text.any():
        row = int(np.argmax(is_text))
        cell = quoted(str(column.iloc[row]))
        raise BadData(f"{_FRAME}: column '{name}' holds text ({cell}) in data row {row + 1}; write a number there.")
    return values


def _stored(path: Path, key: str) -> np.ndarray:
    arrays = read_arrays(path, (key,))
    if key not in arrays:
        raise BadData(f"{path} has no array '{key}'; write np.savez(path, x=rows).")
    return arrays[key]
