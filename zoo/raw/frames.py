"""Data frames, recognised and read without importing pandas; their cells mean what those of text tables do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zoo.raw.cells import MISSING_CELLS, category, number, one_line

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def is_frame(data: Any) -> bool:
    """Return whether `data` is a data frame of pandas, or acts like one."""
    return hasattr(data, "columns") and hasattr(data, "iloc")


def names_of(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns as names are kept: text on one line."""
    return [one_line(str(column)) for column in frame.columns]


def numbers(column: pd.Series, read_text: Callable[[str], float | None] = number) -> tuple[np.ndarray, np.ndarray]:
    """Return a column as float64, NaN where a cell is missing or text, and which cells are text, both (rows,).

    `read_text` reads cells where all that are not missing are text; others mean what `zoo.raw.cells.number` says.
    """
    import numpy as np

    if column.dtype.kind in "biuf":
        return column.to_numpy("float64", na_value=math.nan), np.zeros(len(column), bool)
    cells = cells_of(column)
    reader = read_text if read_text is number or set(map(type, column.dropna())) <= {str} else number
    plain = _plain_numbers(cells) if reader is number else None
    if plain is not None:
        return plain, np.zeros(len(column), bool)
    read = {cell: reader(cell) for cell in set(cells)}
    is_text = np.fromiter((read[cell] is None for cell in cells), bool, len(cells))
    values = {cell: math.nan if value is None else value for cell, value in read.items()}
    return np.fromiter(map(values.__getitem__, cells), np.float64, len(cells)), is_text


def categories(column: pd.Series) -> np.ndarray:
    """Return a column as text, (rows,) of str, None where a cell is missing."""
    import numpy as np

    cells = cells_of(column)
    read = {cell: category(cell) for cell in set(cells)}
    texts = np.empty(len(cells), object)
    texts[:] = [read[cell] for cell in cells]
    return texts


def times(column: pd.Series, way: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a column of times, written in one `way` of zoo.raw.times, as seconds since 1970 UTC, and what is none.

    Both are (rows,): float64, NaN where a cell is missing or holds no time, and whether it holds something else.
    """
    import numpy as np

    from zoo.raw.times import seconds

    if column.dtype.kind == "M":
        return _stamps(column), np.zeros(len(column), bool)
    cells = cells_of(column)
    read = {cell: seconds(cell, way) for cell in set(cells)}
    strange = {cell: math.isnan(value) and cell.strip() not in MISSING_CELLS for cell, value in read.items()}
    values = np.fromiter(map(read.__getitem__, cells), np.float64, len(cells))
    return values, np.fromiter(map(strange.__getitem__, cells), bool, len(cells))


def cells_of(column: pd.Series) -> list[str]:
    """Return a column as the texts that its file would hold, missing cells as empty ones."""
    cells = column.tolist()
    if set(map(type, cells)) <= {str}:
        return cells
    return ["" if gap else str(cell) for cell, gap in zip(cells, column.isna().tolist(), strict=True)]


def _plain_numbers(cells: list[str]) -> np.ndarray | None:
    """Return cells as numbers where Python reads each of them as one, as `zoo.raw.cells.number` does; else None."""
    import numpy as np

    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return None if "_" in "".join(cells) else values


def _stamps(column: pd.Series) -> np.ndarray:
    import numpy as np

    plain = column if column.dt.tz is None else column.dt.tz_convert("UTC").dt.tz_localize(None)
    stamps = plain.to_numpy("datetime64[us]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 1e6)
