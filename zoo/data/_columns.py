"""Columns of a data frame as numbers: cells of numbers, or the places of cells' texts; and which tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoo.cells import adorned, quoted
from zoo.data._labels import PLAINLY
from zoo.errors import BadData
from zoo.frames import categories, numbers

if TYPE_CHECKING:
    import pandas as pd

ODD = 0.1  # the largest share of text that is taken for mistakes in a column of numbers
DIFFERENT = 0.5  # the largest share of different texts in a column that tells groups of rows, not single rows
FEW_TEXTS = 20  # so many different texts are never too many


@dataclass(frozen=True)
class Column:
    """A column's cells (rows,) float64, NaN where missing; with `texts`, a number is the place of a text in them."""

    values: np.ndarray
    texts: tuple[str, ...] = ()

    @property
    def useless(self) -> str:
        """Why nothing can be learned from the column; "" when something can."""
        filled = int((~np.isnan(self.values)).sum())
        if not filled:
            return "no row has a value in it"
        count = len(self.texts)
        if count > max(FEW_TEXTS, DIFFERENT * filled):
            return f"its {count:,} different texts in {filled:,} filled cells name single rows{self._hint}"
        return ""

    @property
    def doubt(self) -> str:
        """What to do if the column's texts are numbers after all; "" where they do not look like some."""
        example = adorned(self.texts)
        return f"holds text such as {quoted(example)}: if these are numbers, {PLAINLY}" if example else ""

    @property
    def _hint(self) -> str:
        return f"; it {self.doubt}" if self.doubt else ""


def read_column(column: pd.Series, where: str) -> Column:
    """Return the column as numbers when all its cells are, else as texts; raise BadData for a few texts among numbers.

    Where over a tenth of the filled cells are text, all are read as text, numbers too.
    """
    values, is_text = numbers(column)
    if not is_text.any():
        return Column(values)
    require_no_odd_text(column, values, is_text, where)
    cells = categories(column)
    filled = np.asarray([cell is not None for cell in cells])
    texts, places = np.unique(cells[filled].astype(str), return_inverse=True)
    values = np.full(len(cells), np.nan)
    values[filled] = places
    return Column(values, tuple(texts.tolist()))


def require_no_odd_text(column: pd.Series, values: np.ndarray, is_text: np.ndarray, where: str) -> None:
    """Raise BadData where a few cells among numbers are text."""
    texts = int(is_text.sum())
    filled = texts + int((~np.isnan(values)).sum())
    if not 0 < texts <= ODD * filled:
        return
    row = int(np.argmax(is_text))
    others = f", as {texts:,} of its {filled:,} filled cells do" if texts > 1 else ""
    raise BadData(
        f"{where} holds text ({quoted(str(column.iloc[row]))} in data row {row + 1}{others}) among numbers. "
        "Write numbers there, or leave the cells empty."
    )


def left_out(columns: Mapping[str, Column]) -> dict[str, str]:
    """Return the columns that nothing can be learned from, and why."""
    return {name: column.useless for name, column in columns.items() if column.useless}
