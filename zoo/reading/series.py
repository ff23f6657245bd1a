"""Series to predict: lines of numbers, a long table of them, or a table whose next values are to be forecast."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.errors import BadData
from zoo.raw.cells import number, one_line, quoted
from zoo.raw.channels import continued, unmarked
from zoo.raw.lines import lines_of, require_width
from zoo.raw.numerals import in_plain
from zoo.raw.times import seconds, written
from zoo.reading import Read
from zoo.registry import register
from zoo.tables import place_of, table_rows

if TYPE_CHECKING:
    import pandas as pd

    from zoo.preparation import Preparation


@dataclass(frozen=True)
class Cells:
    """A table's cells as text, by the names of its columns; `where` it was read."""

    where: str
    columns: Mapping[str, Sequence[str]]

    def column(self, name: str) -> Sequence[str]:
        """Return the cells of a column; raise BadData with the nearest name."""
        place_of(self.where, name, list(self.columns))
        return self.columns[name]


@register(leaves=(".npz", ".npy", ".parquet", ".pq"))
def series(path: Path, preparation: Preparation) -> Read:
    """Return series (n, time, channels) or flat, and what each is called, which may be ().

    Of a forecast it is the last window of the table, and words on the time that it ends at. Of a long table, a series
    an id, NaN behind those that are shorter than the model takes. Raises BadData.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadData(f"{path} {what}; give a .csv, .tsv, .npz or .npy file of rows.")
    if "columns" not in preparation.facts:
        return Read(table_rows(path, preparation))
    return rows_of_cells(_plain(_cells(path), preparation), preparation)


def rows_of_frame(frame: pd.DataFrame, preparation: Preparation) -> Read:
    """Return the rows of a data frame as `series` does those of a file."""
    from zoo.raw.frames import cells_of, names_of

    columns = {name: cells_of(frame.iloc[:, place]) for place, name in enumerate(names_of(frame))}
    texts = {name for place, name in enumerate(names_of(frame)) if frame.iloc[:, place].dtype.kind not in "biufM"}
    return rows_of_cells(_plain(Cells("the data frame", columns), preparation, texts), preparation)


def rows_of_cells(cells: Cells, preparation: Preparation) -> Read:
    """Return the rows of a table as a forecast's preparation, or that of a long table, takes them; raise BadData."""
    read = _last_window if "lookback" in preparation.facts else _long
    return read(cells, preparation)


def _last_window(cells: Cells, preparation: Preparation) -> Read:
    facts, lookback = preparation.facts, preparation.facts["lookback"]
    times = _times(cells, facts)
    values = [_channel(cells, name) for name in facts["columns"]]
    order = np.argsort(times, kind="stable")
    found = np.column_stack([continued(one[order], f"{cells.where}: column '{name}'")[0] for name, one in values])
    if len(found) < lookback:
        raise BadData(f"{cells.where} has {len(found):,} rows; this model looks back {lookback} steps. Add rows.")
    window = found[-lookback:]
    if np.isnan(window).any():
        raise BadData(f"{cells.where} lacks numbers at the start of the last {lookback} rows. Add earlier rows.")
    steps = "the next value" if facts["horizon"] == 1 else f"the next {facts['horizon']} values"
    end = written(float(times[order][-1]), facts["way"])
    told = f"forecast of {steps} of '{facts['columns'][0]}' after {end}, by the {lookback} up to there"
    return Read(window[np.newaxis].astype(np.float32), notes=(told,))


def _long(cells: Cells, preparation: Preparation) -> Read:
    facts, (steps, channels) = preparation.facts, preparation.raw_shape
    owners = [cell.strip() for cell in cells.column(facts["id"])]
    times = np.zeros(len(owners)) if facts["time"] is None else _times(cells, facts)
    values = np.column_stack([_channel(cells, name)[1] for name in facts["columns"]])
    names = tuple(dict.fromkeys(owners))
    places = {name: place for place, name in enumerate(names)}
    own = np.asarray([places[owner] for owner in owners])
    counts = np.bincount(own)
    if counts.max() > steps:
        longest = names[int(counts.argmax())]
        raise BadData(
            f"{cells.where}: series '{longest}' has {counts.max():,} steps; this model takes up to {steps:,}. Cut it."
        )
    order = np.lexsort((times, own))
    rows = np.full((len(names), steps, channels), np.nan, np.float32)
    rows[own[order], np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)] = values[order]
    return Read(rows, names)


def _cells(path: Path) -> Cells:
    lines = lines_of(path)
    first = next(lines, None)
    if first is None:
        raise BadData(f"{path} is empty; it must hold a header and rows to predict.")
    names, rows = [one_line(cell) for cell in first.cells], []
    for line in lines:
        require_width(path, line, len(names))
        rows.append(line.cells)
    if not rows:
        raise BadData(f"{path} has a header and no rows; add rows to predict.")
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise BadData(f"{path}: two columns are named '{twice}'; names must differ. Rename one.")
    return Cells(str(path), dict(zip(names, zip(*rows, strict=True), strict=True)))


def _plain(cells: Cells, preparation: Preparation, texts: Collection[str] | None = None) -> Cells:
    """Return cells with plain numbers, where those that were learned from had a decimal comma."""
    styles = preparation.facts.get("numerals", {})
    read = styles if texts is None else {name: style for name, style in styles.items() if name in texts}
    where = f"{cells.where}: column"
    plain = {name: in_plain(found, read.get(name), f"{where} '{name}'") for name, found in cells.columns.items()}
    return Cells(cells.where, plain)


def _times(cells: Cells, facts: Mapping[str, object]) -> np.ndarray:
    name = str(facts["time"])
    column = cells.column(name)
    times = np.asarray([seconds(cell, str(facts["way"])) for cell in column], np.float64)
    bad = np.flatnonzero(~np.isfinite(times))
    if len(bad):
        raise BadData(
            f"{cells.where}: column '{name}' holds {quoted(column[bad[0]])} in data row {bad[0] + 1}, which is no time "
            "as the model's data had them. Write it as there."
        )
    return times


def _channel(cells: Cells, name: str) -> tuple[str, np.ndarray]:
    """Return the name and the numbers of a column; marks beside digits are dropped as they were in training."""
    column = cells.column(name)
    read = [number(cell) for cell in column]
    is_text = np.asarray([value is None for value in read])
    values = np.asarray([np.nan if value is None else value for value in read], np.float64)
    return name, unmarked(values, is_text, column, f"{cells.where}: column '{name}'")[0]
