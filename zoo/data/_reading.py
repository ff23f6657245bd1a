"""Tables as columns of numbers, read twice chunk by chunk: once for what columns hold, once for their cells."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.aside import OTHER_FOR_TEMPORARY, writing
from zoo.data._columns import TEXT, Column, Survey, code_in, surveyed, ways_of
from zoo.data._target import are_words, joined_labels, labels_in
from zoo.lazy import LazyRows
from zoo.lazy import on_disk as on_disk_array
from zoo.raw.frames import categories, numbers, times
from zoo.raw.times import NUMBER, twin

if TYPE_CHECKING:
    import pandas as pd

Frames = Callable[[], Iterable["pd.DataFrame"]]  # each call reads the table from its top, chunk by chunk
BLOCK = 10_000  # rows that are brought from columns into rows at once


@dataclass(frozen=True)
class Table:
    """A table's columns by name, the target's labels (rows,) apart; with `on_disk`, cells lie in files there."""

    columns: Mapping[str, Column]
    labels: np.ndarray
    rows: int
    on_disk: bool = False

    def stacked(self, names: Sequence[str]) -> np.ndarray | LazyRows:
        """Return the named columns side by side, (rows, columns) float64."""
        chosen = [self.columns[name].values for name in names]
        if not self.on_disk:
            return np.column_stack(chosen)
        blocks = (slice(at, at + BLOCK) for at in range(0, self.rows, BLOCK))
        return rows_on_disk(np.column_stack([values[block] for values in chosen]) for block in blocks)


@dataclass
class _Texts:
    """The texts of a column so far, by their places in the order in which they came."""

    places: dict[str, float] = field(default_factory=dict)

    def placed(self, cells: np.ndarray) -> np.ndarray:
        """Return the places of texts (rows,), NaN for None."""
        for cell in dict.fromkeys(cells):
            if cell is not None:
                self.places.setdefault(cell, float(len(self.places)))
        return np.fromiter((np.nan if cell is None else self.places[cell] for cell in cells), np.float64, len(cells))

    def in_order(self, values: np.ndarray) -> tuple[str, ...]:
        """Return the texts sorted by code point, and put these places for the earlier ones into `values`."""
        texts = sorted(self.places)
        later = np.empty(len(texts) + 1)
        later[[int(self.places[text]) for text in texts]], later[-1] = np.arange(len(texts)), np.nan
        for at in range(0, len(values), BLOCK):
            block = values[at : at + BLOCK]
            block[:] = later[np.where(np.isnan(block), len(texts), block).astype(int)]
        return tuple(texts)


def read_table(frames: Frames, target: str, where: Callable[[str], str], loose: Sequence[str], on_disk: bool) -> Table:
    """Return the columns of a table and the labels in its `target`; raise BadData for odd cells, and for no label.

    A column whose cells are all numbers is numeric, and one whose cells are all times holds these. Where over a tenth
    of the filled cells are text, all are. A few texts among numbers or times are refused, but not in `loose` columns.
    """
    surveys, are_texts = _surveys(frames, target)
    rows = surveys[target].rows
    kinds = {name: survey.kind(where(name), name in loose) for name, survey in surveys.items() if name != target}
    shape = (max(len(kinds), 1), rows)
    store = on_disk_array(shape, np.float64) if on_disk else np.empty(shape)
    texts = {name: _Texts() for name, kind in kinds.items() if kind == TEXT}
    labels, at = [], 0
    for frame in frames():
        for place, (name, kind) in enumerate(kinds.items()):
            store[place, at : at + len(frame)] = _cells(frame[name], kind, texts)
        labels.append(labels_in(frame[target], are_texts))
        at += len(frame)
    found = zip(kinds.items(), store, strict=False)
    columns = {name: _column(values, kind, texts.get(name), surveys[name]) for (name, kind), values in found}
    return Table(columns, joined_labels(labels, where(target)), rows, on_disk)


def rows_on_disk(blocks: Iterable[np.ndarray]) -> LazyRows:
    """Return rows (rows, columns) float64 that lie in a file without a name, which goes when they do.

    Raises ZooError where the folder of such files has no room.
    """
    file, rows, width = tempfile.TemporaryFile(), 0, 0  # noqa: SIM115  the rows hold it open
    for block in blocks:
        with writing(Path(tempfile.gettempdir()), OTHER_FOR_TEMPORARY):
            file.write(np.ascontiguousarray(block))  # `tofile` does not say that a disk is full
            file.flush()
        rows, width = rows + len(block), block.shape[1]
    matrix = np.memmap(file, np.float64, "r", shape=(rows, width))
    return LazyRows(lambda places: np.asarray(matrix[places]), np.arange(rows), 8 * width)


def _surveys(frames: Frames, target: str) -> tuple[dict[str, Survey], bool]:
    """Return what each column holds, and whether the target holds words."""
    surveys: dict[str, Survey] = {}
    are_texts = False
    for frame in frames():
        for name in frame.columns:
            column = frame[name]
            if name not in surveys:
                surveys[name] = Survey(misses=dict.fromkeys(ways_of(column), 0), code=code_in(column))
            surveys[name] = surveyed(surveys[name], column)
        are_texts = are_texts or are_words(frame[target])
    return surveys, are_texts


def _column(values: np.ndarray, kind: str, texts: _Texts | None, survey: Survey) -> Column:
    if texts is not None:
        return Column(values, texts.in_order(values))
    if kind == NUMBER:
        return Column(values, code=survey.code)
    return Column(values, way=kind, certain=survey.misses.get(twin(kind), 0) > 0)


def _cells(column: pd.Series, kind: str, texts: Mapping[str, _Texts]) -> np.ndarray:
    if kind == TEXT:
        return texts[str(column.name)].placed(categories(column))
    return (numbers(column) if kind == NUMBER else times(column, kind))[0]
