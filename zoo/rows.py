"""Raw rows to predict, from a file or a data frame, read with the standard library and NumPy only."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.arrays import read_arrays
from zoo.cells import delimiter, number, one_line, quoted
from zoo.errors import BadData
from zoo.frames import names_of, numbers
from zoo.preparation import Preparation

if TYPE_CHECKING:
    import pandas as pd

_FRAME = "the data frame"


def read_rows(path: str | Path, preparation: Preparation) -> np.ndarray:
    """Return the rows in a .csv, .tsv, .npz (key x) or .npy file as `preparation.apply` takes them.

    A text table with a header may have its columns in any order, and others beside them; without a header, columns
    are taken by position. Missing cells become NaN. Raises BadData for everything that cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadData(f"{path} {what}; give a .csv, .tsv, .npz or .npy file of rows.")
    rows = _stored(path) if path.suffix.lower() in (".npz", ".npy") else _table(path, preparation)
    if not rows.size:
        raise BadData(f"{path} holds no rows (shape {rows.shape}); add rows to predict.")
    if rows.shape[1:] + (1,) == preparation.raw_shape:  # images without a channel axis
        return rows[..., np.newaxis]
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
    return np.column_stack([_cells(frame.iloc[:, place], names[place]) for place in places])


def _places_in_frame(names: Sequence[str], preparation: Preparation) -> list[int]:
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    numbered = list(names) == [str(place) for place in range(len(names))]
    if columns and not (numbered and set(columns).isdisjoint(names)):
        return [_place(_FRAME, column, names) for column in columns]
    if len(names) != width:
        raise BadData(f"{_FRAME} has {len(names)} columns; this model takes {width}, by position. Select those.")
    return list(range(width))


def _cells(column: pd.Series, name: str) -> np.ndarray:
    values, text = numbers(column)
    if text is not None:
        cell = quoted(str(column.iloc[text]))
        raise BadData(f"{_FRAME}: column '{name}' holds text ({cell}) in data row {text + 1}; write a number there.")
    return values


def _stored(path: Path) -> np.ndarray:
    arrays = read_arrays(path, ("x",))
    if "x" not in arrays:
        raise BadData(f"{path} has no array 'x'; write np.savez(path, x=rows).")
    return arrays["x"]


def _table(path: Path, preparation: Preparation) -> np.ndarray:
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise BadData(f"{path} is empty; it must hold rows to predict.")
    places = _places(path, first, preparation)
    rows = [] if _is_header(first, preparation.columns) else [_numbers(path, 1, first, first, places)]
    rows += [_numbers(path, row, cells, first, places) for row, cells in enumerate(lines, len(rows) + 1)]
    if not rows:
        raise BadData(f"{path} has a header and no rows; add rows to predict.")
    return np.asarray(rows, np.float64)


def _lines(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, delimiter=delimiter(path.suffix))
            yield from (cells for cells in lines if len(cells) > 1 or any(cell.strip() for cell in cells))
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise BadData(f"{path} is not UTF-8 text (it holds byte 0x{byte:02x}). Save it as UTF-8.") from error
    except csv.Error as error:
        raise BadData(f"{path} is not a table ({error}); save it as comma-separated text.") from error


def _is_header(first: Sequence[str], columns: Sequence[str]) -> bool:
    names = {one_line(cell) for cell in first}
    return bool(columns) and names.issuperset(columns) or any(number(cell) is None for cell in first)


def _places(path: Path, first: Sequence[str], preparation: Preparation) -> list[int]:
    """Return where in a line each cell of a raw row stands."""
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    if columns and _is_header(first, columns):
        names = [one_line(cell) for cell in first]
        return [_place(path, column, names) for column in columns]
    if len(first) != width:
        raise BadData(f"{path} has {len(first)} columns and no header; this model takes {width}. Add a header.")
    return list(range(width))


def _place(where: Path | str, column: str, names: Sequence[str]) -> int:
    count = names.count(column)
    if count == 1:
        return names.index(column)
    if count:
        raise BadData(f"{where} has {count} columns named '{column}'; names must differ. Rename one.")
    near = get_close_matches(column, names, n=1, cutoff=0.5)
    hint = f" '{near[0]}' looks like it: rename it." if near else " Add it; leave its cells empty where unknown."
    raise BadData(f"{where} has no column '{column}', which the model was trained on.{hint}")


def _numbers(path: Path, row: int, cells: Sequence[str], first: Sequence[str], places: Sequence[int]) -> list[float]:
    """Return the chosen cells of one line; cells missing at its end are NaN."""
    if len(cells) > len(first):
        raise BadData(f"{path}: data row {row} has {len(cells)} cells and the first line {len(first)}. Correct it.")
    numbers = [number(cells[place]) if place < len(cells) else math.nan for place in places]
    if None in numbers:
        place = places[numbers.index(None)]
        where = f"column {place + 1} ({quoted(first[place])})"
        raise BadData(f"{path}: {where} holds text ({quoted(cells[place])}) in data row {row}; write a number there.")
    return numbers  # type: ignore[return-value]
