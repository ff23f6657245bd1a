"""Tables in the order of time: which columns there are, the rows' times, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import shown
from zoo.errors import BadData, BadValue, UnknownName
from zoo.raw.cells import MISSING_CELLS, quoted
from zoo.raw.channels import FEW, continued, unmarked
from zoo.raw.frames import cells_of, names_of, numbers, times
from zoo.raw.times import ISO, NUMBER, reader_of_times, twin, written

if TYPE_CHECKING:
    import pandas as pd

    from zoo.recipe import Source

EVEN = 0.15  # by how much a step may differ from the usual one: months do by a tenth
MOSTLY = 0.95  # of the steps, in a record that is kept at even steps


@dataclass(frozen=True)
class Times:
    """The times of rows (rows,) float64, how they are written, and what is to be said of them."""

    values: np.ndarray
    way: str
    said: tuple[str, ...] = ()


def named_frame(frame: pd.DataFrame, source: Source, options: Sequence[str]) -> pd.DataFrame:
    """Return the frame without the ignored columns, names on one line; raise BadData, UnknownName or BadValue.

    `options` are those of the source that must name a column here, such as "target" and "time".
    """
    frame = frame.set_axis(names_of(frame), axis="columns")
    columns = list(frame.columns)
    twice = next((column for place, column in enumerate(columns) if column in columns[:place]), None)
    if twice is not None:
        raise BadData(f"{source.path}: two columns are named '{twice}'; names must differ. Rename one.")
    wanted = {option: getattr(source, option) for option in options}
    lacking = next((option for option, column in wanted.items() if column is None), None)
    if lacking is not None:
        raise BadValue(f"{source.path} needs --{lacking} COLUMN ({lacking}=). Columns: {shown(columns)}")
    for option, column in (*wanted.items(), *(("ignore", column) for column in source.ignore)):
        _require(columns, column, option, source)
    if not len(frame):
        raise BadData(f"{source.path} has no rows below its header; there is nothing to learn from. Add some.")
    twofold = len(set(wanted.values())) < len(wanted)
    if twofold:
        raise BadValue(f"{' and '.join(f'--{option}' for option in wanted)} name the same column. Name different ones.")
    return frame.drop(columns=[column for column in source.ignore if column not in wanted.values()])


def times_of(column: pd.Series, source: Source) -> Times:
    """Return the times of a column of dates or numbers; raise BadData naming the cell that is none."""
    where = f"{source.path}: column '{column.name}'"
    way = _way(column)
    values = column.to_numpy(np.float64) if column.dtype.kind in "iuf" else times(column, way)[0]
    _require_times(values, column, where)
    other = twin(way)
    if other is None or np.isnan(times(column, other)[0]).any():
        return Times(values, way)
    first = "month" if way.startswith("%m") else "day"
    return Times(values, way, (f"column '{column.name}' is read with the {first} first; if not, write 2024-01-31",))


def numbers_of(column: pd.Series, source: Source) -> tuple[np.ndarray, str] | None:
    """Return a column's numbers, NaN where missing, and words on them; None where over a tenth of it is text."""
    values, is_text = numbers(column)
    where, filled = f"{source.path}: column '{column.name}'", int((~np.isnan(values)).sum())
    if is_text.sum() > FEW * (filled + is_text.sum()):
        return None
    values, said = unmarked(values, is_text, column, where) if is_text.any() else (values, "")
    return values, f"column '{column.name}': {said}" if said else ""


def gapless(values: np.ndarray, column: str, source: Source) -> tuple[np.ndarray, np.ndarray, str]:
    """Return numbers with their gaps filled forward, which were filled, and words; raise BadData for long gaps."""
    values, filled, said = continued(values, f"{source.path}: column '{column}'")
    return values, filled, f"column '{column}': {said}" if said else ""


def in_order(times: Times, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the places of rows from the earliest to the latest, and words on unsorted, equal and uneven times."""
    values, said = times.values, list(times.said)
    order = np.argsort(values, kind="stable")
    if (np.diff(values) < 0).any():
        moved = int((order != np.arange(len(order))).sum())
        said.append(f"the rows are not in order of '{column}': sorted by it, {moved:,} of {len(order):,} moved")
    steps = np.diff(values[order])
    if (steps == 0).any():
        first = written(float(values[order][int(np.argmax(steps == 0))]), times.way)
        said.append(f"column '{column}' repeats {int((steps == 0).sum()):,} times, such as {first}: all rows are kept")
    uneven = int(_are_uneven(steps[steps > 0]).sum())
    if uneven:
        said.append(f"{uneven:,} of {len(steps):,} steps of '{column}' are uneven: windows count rows")
    return order, tuple(said)


def is_even(times: np.ndarray) -> bool:
    """Return whether times (rows,) are all distinct and nearly all of one step apart."""
    steps = np.diff(np.sort(times))
    return len(steps) > 0 and bool((steps > 0).all()) and float(_are_uneven(steps).mean()) <= 1 - MOSTLY


def _are_uneven(steps: np.ndarray) -> np.ndarray:
    return np.abs(steps / np.median(steps) - 1) > EVEN if len(steps) else np.zeros(0, bool)


def _require(columns: Sequence[str], column: str, option: str, source: Source) -> None:
    if column in columns:
        return
    near = get_close_matches(column, columns, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    raise UnknownName(f"no column is named '{column}' in {source.path} (--{option}){hint} Columns: {shown(columns)}")


def _way(column: pd.Series) -> str:
    """Return how a column writes times, or how its first cell does: the one that is written otherwise is then named."""
    if column.dtype.kind in "iuf":
        return NUMBER
    if column.dtype.kind == "M":
        return ISO
    cells = [cell for cell in dict.fromkeys(cells_of(column)) if cell.strip() not in MISSING_CELLS]
    return reader_of_times(cells) or reader_of_times(cells[:1]) or NUMBER


def _require_times(values: np.ndarray, column: pd.Series, where: str) -> None:
    bad = np.flatnonzero(~np.isfinite(values))
    if not len(bad):
        return
    cell = "" if column.isna().iloc[bad[0]] else str(column.iloc[bad[0]])
    what = f"holds {quoted(cell)}" if cell.strip() else "is empty"
    others = f", and so in {len(bad):,} rows" if len(bad) > 1 else ""
    raise BadData(
        f"{where} {what} in data row {bad[0] + 1}{others}, which is no time; write all as 2024-01-31, "
        "2024-01-31 13:00 or as numbers, or remove those rows."
    )
