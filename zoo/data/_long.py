"""Series out of long tables: rows of one id are one series in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import shown, target_of
from zoo.data._target import are_words, joined_labels, labels_in
from zoo.data._timed import Times, named_frame, numbers_of, times_of
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.raw.cells import quoted
from zoo.raw.frames import cells_of

if TYPE_CHECKING:
    import pandas as pd

    from zoo.recipe import Source

MOST = 2**29  # numbers in all series together, padded to the longest: 2 GB


def series_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return series (n, time, channels) float32 of a table with an id a row, and each series' target; `names` are ids.

    Rows of one id are sorted by time where a column of it is named, which is said aloud, or else stay in their order;
    the other columns of numbers are channels. Series that are shorter than the longest end in NaN. Raises BadData for
    a target, or a group, that differs within an id, and for text among numbers; BadValue for options that do not fit.
    """
    _require_fitting(source)
    options = ("target", "id", *(("time",) if source.time else ()), *(("group",) if source.group else ()))
    frame = named_frame(frame, source, options).reset_index(drop=True)
    ids, owners = _owners(frame[source.id], source)
    times = None if source.time is None else times_of(frame[source.time], source)
    order, said = _in_order(owners, times, source)
    channels, told = _channels(frame, source, options)
    x = _padded(channels[order], owners[order], source)
    first = np.unique(owners, return_index=True)[1]
    where = _where(source.target, source)
    _constant(frame, source.target, owners, ids, source)
    answers = frame[source.target].iloc[first]
    labels = joined_labels([labels_in(answers, are_words(answers))], where)
    y, classes = target_of(labels, where, source.task)
    groups, names = _groups(frame, owners, ids, source, first)
    facts = {"id": source.id, "time": source.time, "way": times and times.way, "columns": list(told[0])}
    return Dataset(
        *(name, source, "series", x, y, classes),
        names=tuple(ids),
        facts=facts,
        warnings=(*said, *told[1]),
        groups=groups,
        group_names=names,
    )


def _owners(column: pd.Series, source: Source) -> tuple[list[str], np.ndarray]:
    """Return the ids in the order in which they appear, and the place among them of each row's."""
    cells = [cell.strip() for cell in cells_of(column)]
    if "" in cells:
        row = cells.index("") + 1
        raise BadData(f"{_where(source.id, source)} is empty in data row {row}. Write whose row it is, or remove it.")
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    return list(places), np.fromiter(map(places.__getitem__, cells), np.int64, len(cells))


def _in_order(owners: np.ndarray, times: Times | None, source: Source) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the places of rows by id and then by time, and words on those that had to be moved or are equal."""
    if times is None:
        return np.argsort(owners, kind="stable"), ()
    order, given = np.lexsort((times.values, owners)), np.argsort(owners, kind="stable")
    said, moved = list(times.said), order != given
    if moved.any():
        count = len(np.unique(owners[order][moved]))
        said.append(f"{count:,} of {owners.max() + 1:,} series are not in order of '{source.time}': sorted by it")
    same = (np.diff(owners[order]) == 0) & (np.diff(times.values[order]) == 0)
    if same.any():
        said.append(f"column '{source.time}' repeats within {int(same.sum()):,} series or rows: all rows are kept")
    return order, tuple(said)


def _channels(
    frame: pd.DataFrame, source: Source, options: tuple[str, ...]
) -> tuple[np.ndarray, tuple[list[str], list[str]]]:
    """Return the numbers (rows, channels), and the names of the channels and words on what is left out."""
    taken = {getattr(source, option) for option in options}
    read = {column: numbers_of(frame[column], source) for column in frame.columns if column not in taken}
    used = {column: found for column, found in read.items() if found is not None}
    said = [f"column '{column}' is left out: channels are numbers" for column in read if column not in used]
    if not used:
        raise BadData(
            f"{source.path} has no column of numbers beside {shown(sorted(map(str, taken)))}. Add the values."
        )
    said += [words for _, words in used.values() if words]
    return np.column_stack([values for values, _ in used.values()]), (list(used), said)


def _padded(values: np.ndarray, owners: np.ndarray, source: Source) -> np.ndarray:
    """Return series (n, longest, channels) float32 of rows that are sorted by owner, NaN behind the shorter ones."""
    counts = np.bincount(owners)
    longest = int(counts.max())
    if len(counts) * longest * values.shape[1] > MOST:
        raise BadData(
            f"{source.path}: {len(counts):,} series of up to {longest:,} steps are too many to hold. Cut the longest."
        )
    x = np.full((len(counts), longest, values.shape[1]), np.nan, np.float32)
    steps = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    x[owners, steps] = values
    return x


def _constant(frame: pd.DataFrame, column: str, owners: np.ndarray, ids: list[str], source: Source) -> np.ndarray:
    """Return a column of which all rows of an id hold the same; raise BadData naming an id that differs."""
    cells = np.asarray([cell.strip() for cell in cells_of(frame[column])], dtype=str)
    first = np.unique(owners, return_index=True)[1]
    differs = cells != cells[first][owners]
    if differs.any():
        row = int(np.argmax(differs))
        told, other = quoted(str(cells[first][owners[row]])), quoted(str(cells[row]))
        raise BadData(
            f"{_where(column, source)} differs within one id: '{ids[owners[row]]}' has {told} and, in data row "
            f"{row + 1}, {other}; a series has one. To forecast row by row, leave --id away."
        )
    return cells


def _groups(
    frame: pd.DataFrame, owners: np.ndarray, ids: list[str], source: Source, first: np.ndarray
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    if source.group is None:
        return None, ()
    cells = _constant(frame, source.group, owners, ids, source)[first].astype(str)
    names, groups = np.unique(cells, return_inverse=True)
    return groups.astype(np.int32), tuple(names.tolist())


def _where(column: str | None, source: Source) -> str:
    return f"{source.path}: column '{column}'"


def _require_fitting(source: Source) -> None:
    for option in ("lookback", "horizon", "weight"):
        if getattr(source, option) is not None:
            raise BadValue(
                f"--{option} is '{getattr(source, option)}', but with --id each id is a series that has one target. "
                f"Leave --{option} away, or --id to forecast."
            )
