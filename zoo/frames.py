"""Data frames, recognised and read without importing pandas; their cells mean what those of text tables do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zoo.cells import number, one_line

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def is_frame(data: Any) -> bool:
    """Return whether `data` is a data frame of pandas, or acts like one."""
    return hasattr(data, "columns") and hasattr(data, "iloc")


def names_of(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns as names are kept: text on one line."""
    return [one_line(str(column)) for column in frame.columns]


def numbers(column: pd.Series) -> tuple[np.ndarray, int | None]:
    """Return a column as float64, NaN where a cell is missing, and the place of the first cell that is text, if any."""
    if column.dtype.kind in "biuf":
        return column.to_numpy("float64", na_value=math.nan), None
    texts = column.astype(object).where(column.notna(), "").map(str)
    values = {text: number(text) for text in texts.unique()}
    place = next((place for place, text in enumerate(texts) if values[text] is None), None)
    return texts.map(values).to_numpy("float64"), place
