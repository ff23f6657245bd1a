"""Data frames, recognised and read without importing pandas; their cells mean what those of text tables do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zoo.cells import category, number, one_line

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def is_frame(data: Any) -> bool:
    """Return whether `data` is a data frame of pandas, or acts like one."""
    return hasattr(data, "columns") and hasattr(data, "iloc")


def names_of(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns as names are kept: text on one line."""
    return [one_line(str(column)) for column in frame.columns]


def numbers(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return a column as float64, NaN where a cell is missing or text, and which cells are text, both (rows,)."""
    import numpy as np

    if column.dtype.kind in "biuf":
        return column.to_numpy("float64", na_value=math.nan), np.zeros(len(column), bool)
    cells = _cells(column)
    read = {cell: number(cell) for cell in cells.unique()}
    is_text = cells.map({cell: value is None for cell, value in read.items()}).to_numpy(bool)
    values = {cell: math.nan if value is None else value for cell, value in read.items()}
    return cells.map(values).to_numpy("float64"), is_text


def categories(column: pd.Series) -> np.ndarray:
    """Return a column as text, (rows,) of str, None where a cell is missing."""
    import numpy as np

    cells = _cells(column)
    read = {cell: category(cell) for cell in cells.unique()}
    texts = np.empty(len(cells), object)
    texts[:] = [read[cell] for cell in cells]
    return texts


def _cells(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").map(str)
