"""Raw rows to predict, from a file, a data frame or a data set, with the standard library and NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.memory import budget
from zoo.preparation import Preparation, objects
from zoo.raw.arrays import read_arrays
from zoo.raw.cells import quoted
from zoo.raw.frames import categories, cells_of, names_of, numbers, times
from zoo.raw.numerals import READERS, WORDS
from zoo.reading import READING, Read
from zoo.tables import UNSEEN, place_in, place_of, table_rows, unnamed_places

if TYPE_CHECKING:
    import pandas as pd

    from zoo.lazy import LazyRows

PARQUET = (".parquet", ".pq")
_FRAME = "the data frame"


def read_rows(path: str | Path, preparation: Preparation, key: str = "x") -> np.ndarray | LazyRows:
    """Return the rows in a file or a folder as `named_rows` does, without their names."""
    return named_rows(path, preparation, key).rows


def named_rows(path: str | Path, preparation: Preparation, key: str = "x") -> Read:
    """Return the rows in a .csv, .tsv, .npz (array `key`) or .npy file as `preparation.apply` takes them.

    A text table with a header may have its columns in any order, and others beside them; without a header, columns
    are taken by position. Missing cells become NaN. Rows of other kinds are read as zoo.reading says, and may lie in
    folders. Raises BadData for everything that cannot be read.
    """
    path = Path(path)
    own = READING.entries.get(preparation.modality)
    is_left = own is not None and path.suffix.lower() in own.facts.get("leaves", ()) and not path.is_dir()
    if own is not None and not is_left:
        return READING.get(own.name)(path, preparation)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadData(f"{path} {what}; give a .csv, .tsv, .npz or .npy file of rows.")
    rows = _rows_in(path, preparation, key)
    if not rows.size:
        raise BadData(f"{path} holds no rows (shape {rows.shape}); add rows to predict.")
    return Read(rows)


def _rows_in(path: Path, preparation: Preparation, key: str) -> np.ndarray:
    suffix = path.suffix.lower()
    if suffix in (".npz", ".npy"):
        return _stored(path, key)
    if suffix in PARQUET:
        return frame_rows(read_parquet(path), preparation)
    if preparation.is_ragged:
        raise BadData(f"{path} is a table; this model takes images of any size. Give these, or a folder of them.")
    return table_rows(path, preparation)


def frame_rows(frame: pd.DataFrame, preparation: Preparation) -> np.ndarray:
    """Return the rows of a data frame as `preparation.apply` takes them.

    Columns may stand in any order, and others beside them; where the frame numbers its columns instead of naming
    them, or the model knows no names, they are taken by position. Missing cells become NaN. Raises BadData.
    """
    if preparation.modality == "series" and "columns" in preparation.facts:
        from zoo.reading.series import rows_of_frame

        return rows_of_frame(frame, preparation).rows
    names = names_of(frame)
    holds_arrays = preparation.modality == "audio" or preparation.modality == "image" and len(names) == 1
    if holds_arrays or preparation.modality == "text" and len(names) == 1:
        places = [_only(names)]
    else:
        places = _places_in_frame(names, preparation)
    if not len(frame):
        raise BadData(f"{_FRAME} holds no rows; add rows to predict.")
    if holds_arrays:
        return objects(frame.iloc[:, places[0]].tolist())
    if preparation.modality == "text":
        return objects(cells_of(frame.iloc[:, places[0]]))
    known = preparation.columns or [""] * len(places)
    chosen = zip(places, known, strict=True)
    cells = [_cells(frame.iloc[:, place], names[place], column, preparation) for place, column in chosen]
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


def _only(names: Sequence[str]) -> int:
    if len(names) != 1:
        raise BadData(f"{_FRAME} has {len(names)} columns; this model takes one, of arrays. Select it.")
    return 0


def _places_in_frame(names: Sequence[str], preparation: Preparation) -> list[int]:
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    numbered = list(names) == [str(place) for place in range(len(names))]
    if columns and not (numbered and set(columns).isdisjoint(names)):
        return [place_of(_FRAME, column, names) for column in columns]
    found = unnamed_places(len(names), preparation)
    if found is None:
        raise BadData(f"{_FRAME} has {len(names)} columns; this model takes {width}, by position. Select those.")
    return found


def _cells(column: pd.Series, name: str, known: str, preparation: Preparation) -> np.ndarray:
    """Return a column's cells as the model's column `known` holds them."""
    texts, way = preparation.categories.get(known), preparation.facts.get("ways", {}).get(known)
    if texts is not None:
        read = place_in(texts)
        return np.asarray([math.nan if cell is None else read(cell) for cell in categories(column)], np.float64)
    reader = READERS[preparation.facts.get("numerals", {}).get(known)]
    values, is_text = numbers(column, reader) if way is None else times(column, way)
    if is_text.any():
        row = int(np.argmax(is_text))
        what = WORDS[reader] if way is None else "time as in the rows that were learned from"
        cell = quoted(str(column.iloc[row]))
        raise BadData(f"{_FRAME}: column '{name}' holds text ({cell}) in data row {row + 1}; write a {what} there.")
    return values


def read_parquet(path: Path) -> pd.DataFrame:
    """Return the table in a Parquet file; raise BadData for another file."""
    import pandas as pd

    try:
        return pd.read_parquet(path).pipe(lambda frame: frame.reset_index() if any(frame.index.names) else frame)
    except (ValueError, OSError, ImportError) as error:
        why = " ".join(str(error).split())
        raise BadData(f"{path} is no Parquet file ({why:.200}). Write it again, or as .csv.") from error


def _stored(path: Path, key: str) -> np.ndarray:
    arrays = read_arrays(path, (key,), budget(None))
    if key not in arrays:
        raise BadData(f"{path} has no array '{key}'; write np.savez(path, x=rows).")
    return arrays[key]
