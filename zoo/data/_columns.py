"""Columns of tables as numbers: numbers, times, or the places of cells' texts; and which of them tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import PLAINLY
from zoo.errors import BadData
from zoo.raw.cells import MISSING_CELLS, adorned, quoted
from zoo.raw.frames import cells_of, numbers, times
from zoo.raw.times import NUMBER, reader_of_times, twin

if TYPE_CHECKING:
    import pandas as pd

ODD = 0.1  # the largest share of text that is taken for mistakes in a column of numbers
DIFFERENT = 0.5  # the largest share of different texts in a column that tells groups of rows, not single rows
FEW_TEXTS = 20  # so many different texts are never too many
HEAD = 10_000  # rows whose cells tell how times are written
CODE = 3  # digits of a code, at least: 05 is an hour
TEXT = "text"
DAYS = "%Y%m%d"  # eight digits: a number, unless somebody says that it is a time


@dataclass(frozen=True)
class Column:
    """A column's cells (rows,) float64, NaN where missing; with `texts`, a number is the place of a text in them.

    With `way`, one of zoo.raw.times, they are seconds since 1970. `code` is one of numbers that were written as codes;
    times are `certain` where day and month cannot be exchanged.
    """

    values: np.ndarray
    texts: tuple[str, ...] = ()
    way: str | None = None
    code: str = ""
    certain: bool = False

    @property
    def useless(self) -> str:
        """Why nothing can be learned from the column; "" when something can."""
        filled = self.filled
        if not filled:
            return "no row has a value in it"
        count = len(self.texts)
        if count > max(FEW_TEXTS, DIFFERENT * filled):
            return f"its {count:,} different texts in {filled:,} filled cells name single rows{self._hint}"
        return ""

    @property
    def filled(self) -> int:
        """How many cells are not missing."""
        return int((~np.isnan(self.values)).sum())

    @property
    def doubt(self) -> str:
        """What to do if the column's texts are not what they look like; "" where there is no doubt."""
        if self.way is not None and twin(self.way) is not None and not self.certain:
            first = "month" if self.way.startswith("%m") else "day"
            return f"is read with the {first} first; if that is wrong, write days as 2024-01-31"
        if self.code:
            return f"is read as numbers: if cells such as {quoted(self.code)} are codes, write them as text ('id 7')"
        example = adorned(self.texts)
        return f"holds text such as {quoted(example)}: if these are numbers, {PLAINLY}" if example else ""

    @property
    def _hint(self) -> str:
        return f"; it {self.doubt}" if self.doubt else ""


@dataclass(frozen=True)
class Survey:
    """What a pass over a column's cells tells: how many are filled, hold text, or no time in each of several ways.

    `odd` and `odd_time` are the first such cell and its row, from 0; `code` is what `code_in` returns.
    """

    rows: int = 0
    filled: int = 0
    texts: int = 0
    odd: tuple[int, str] = (0, "")
    misses: Mapping[str, int] = field(default_factory=dict)
    odd_time: tuple[int, str] = (0, "")
    code: str = ""

    def kind(self, where: str, loose: bool = False) -> str:
        """Return what the column holds: NUMBER, TEXT or a way to write times.

        Raises BadData, naming the cell, for a few texts among numbers or times, unless `loose`.
        """
        if not self.texts:
            return NUMBER
        way = min(self.misses, key=self.misses.__getitem__, default=None)
        if way is not None and not self.misses[way]:
            return way
        if not loose and way is not None and self.misses[way] <= ODD * self.filled:
            raise _odd(where, self.misses[way], self.filled, self.odd_time, "times")
        if not loose and self.texts <= ODD * self.filled:
            raise _odd(where, self.texts, self.filled, self.odd, "numbers")
        return TEXT


def ways_of(column: pd.Series) -> tuple[str, ...]:
    """Return the ways in which the first rows of a column may write times, the likeliest first."""
    if column.dtype.kind in "biuf":
        return ()
    cells = [cell for cell in dict.fromkeys(cells_of(column.iloc[:HEAD])) if cell.strip() not in MISSING_CELLS]
    some = (cells, cells[:1], cells[-1:])  # one odd cell must not hide what the others are
    way = next((way for part in some if part and (way := reader_of_times(part))), None)
    if way in (None, NUMBER, DAYS):
        return ()
    other = twin(way)
    return (way,) if other is None else (way, other)


def code_in(column: pd.Series) -> str:
    """Return a cell that starts with 0 where all the first ones are as many digits, at least 3; "" otherwise."""
    if column.dtype.kind in "biufM":
        return ""
    cells = {cell.strip() for cell in set(cells_of(column.iloc[:HEAD]))}.difference(MISSING_CELLS)
    are_alike = len({len(cell) for cell in cells}) == 1 and all(cell.isdecimal() for cell in cells)
    codes = (
        sorted(cell for cell in cells if cell.startswith("0") and len(cell) >= CODE and int(cell)) if are_alike else []
    )
    return codes[0] if codes else ""


def surveyed(survey: Survey, column: pd.Series) -> Survey:
    """Return the survey with further cells of its column; `misses` holds the ways to try."""
    values, is_text = numbers(column)
    filled, texts = int((~np.isnan(values) | is_text).sum()), int(is_text.sum())
    found = replace(survey, rows=survey.rows + len(values), filled=survey.filled + filled, texts=survey.texts + texts)
    if texts and not survey.texts:
        found = replace(found, odd=_first(column, is_text, survey.rows))
    if not survey.misses or not filled:
        return found
    strange = {way: times(column, way)[1] for way in survey.misses}
    misses = {way: count + int(strange[way].sum()) for way, count in survey.misses.items()}
    odd = next((mask for way, mask in strange.items() if mask.any() and not survey.misses[way]), None)
    return replace(found, misses=misses, odd_time=survey.odd_time if odd is None else _first(column, odd, survey.rows))


def left_out(columns: Mapping[str, Column]) -> dict[str, str]:
    """Return the columns that nothing can be learned from, and why."""
    return {name: column.useless for name, column in columns.items() if column.useless}


def _first(column: pd.Series, mask: np.ndarray, before: int) -> tuple[int, str]:
    place = int(np.argmax(mask))
    return before + place, str(column.iloc[place])


def _odd(where: str, count: int, filled: int, first: tuple[int, str], others: str) -> BadData:
    also = f", as {count:,} of its {filled:,} filled cells do" if count > 1 else ""
    return BadData(
        f"{where} holds text ({quoted(first[1])} in data row {first[0] + 1}{also}) among {others}. "
        f"Write {others} there, or leave the cells empty."
    )
