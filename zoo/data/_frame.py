"""Data sets out of data frames: one column is the target, the others are numbers or text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._columns import left_out, read_column, require_no_odd_text
from zoo.data._labels import FEW, plain_labels, shown, target_like, target_of
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue, UnknownName
from zoo.frames import names_of, numbers
from zoo.preparation import Preparation
from zoo.recipe import Source
from zoo.rows import frame_rows

if TYPE_CHECKING:
    import pandas as pd


def dataset_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return a Dataset of the target column and of the others; raise BadData for a few texts among numbers.

    A column whose cells are all numbers is numeric. Where over a tenth of the filled cells are text, all cells are.
    Columns without any value, and of text that differs in nearly every row, are left out with a warning.
    """
    frame = frame.set_axis(names_of(frame), axis="columns")
    _require_names(list(frame.columns), source)
    target = _target(list(frame.columns), source)
    columns = [column for column in frame.columns if column != target]
    if not columns or not len(frame):
        lack = "rows below its header" if columns else f"column but the target '{target}'"
        raise BadData(f"{source.path} has no {lack}; there is nothing to learn from. Add some.")
    y, classes = target_of(_labels(frame[target], source), _where(target, source), source.task)
    read = {column: read_column(frame[column], _where(column, source)) for column in columns}
    useless = left_out(read)
    if len(useless) == len(read):
        column, why = next(iter(useless.items()))
        raise BadData(f"{_where(column, source)} tells nothing ({why}), and there is no other. Add columns.")
    used = {column: found for column, found in read.items() if column not in useless}
    x = np.column_stack([found.values for found in used.values()])
    texts = {column: found.texts for column, found in used.items() if found.texts}
    told = tuple(f"column '{column}' is left out: {why}" for column, why in useless.items())
    doubts = tuple(f"column '{column}' {found.doubt}" for column, found in used.items() if found.doubt)
    return Dataset(name, source, "table", x, y, classes, tuple(used), warnings=(*told, *doubts), categories=texts)


def with_test(dataset: Dataset, frame: pd.DataFrame, path: Path) -> Dataset:
    """Return the data set with the rows of `frame`, read from `path`, as its test part; raise BadData.

    A text that the training rows never show has no place among their texts: it is UNSEEN.
    """
    source = replace(dataset.source, path=str(path))
    _require_names(names_of(frame), source)
    if source.target not in names_of(frame):
        raise BadData(
            f"{path} has no column '{source.target}' to be tested by. Give the path of {path.with_name('train.csv')} "
            "instead of the folder, so that the test rows are taken from it."
        )
    frame = frame.set_axis(names_of(frame), axis="columns")
    y = target_like(_labels(frame[source.target], source), dataset.classes, _where(str(source.target), source))
    raw = Preparation(dataset.columns, dataset.x.shape[1:], (), categories=dataset.categories)
    try:
        return replace(dataset, x_test=frame_rows(frame, raw), y_test=y)
    except BadData as error:
        raise BadData(f"{path}: {error}") from error


def _require_names(columns: Sequence[str], source: Source) -> None:
    for place, column in enumerate(columns):
        if not column:
            raise BadData(
                f"{source.path}: column {place + 1} has no name. Name it, or write the table without an index."
            )
        if column in columns[:place]:
            raise BadData(f"{source.path}: two columns are named '{column}'; names must differ. Rename one.")


def _target(columns: Sequence[str], source: Source) -> str:
    if source.target is None:
        known = shown(columns)
        raise BadValue(f"{source.path} needs the column to learn: --target COLUMN (target=). Columns: {known}")
    if source.target not in columns:
        near = get_close_matches(source.target, columns, n=1, cutoff=0.5)
        hint = f"; did you mean '{near[0]}'?" if near else "."
        known = shown(columns)
        raise UnknownName(f"no column is named '{source.target}' in {source.path}{hint} Columns: {known}")
    return source.target


def _labels(column: pd.Series, source: Source) -> np.ndarray:
    missing = int(column.isna().sum())
    where = _where(str(column.name), source)
    if missing:
        raise BadData(
            f"{where} is missing in {missing:,} of {len(column):,} rows. Fill in the target or remove those rows."
        )
    if column.dtype.kind in "biuf":
        return plain_labels(column.to_numpy(), where)
    values, is_text = numbers(column)
    if len(np.unique(values[np.isfinite(values)])) > FEW:
        require_no_odd_text(column, values, is_text, where)
        if not is_text.any():  # numbers that the frame holds as objects
            return plain_labels(values, where)
    return plain_labels([str(value) for value in column], where)


def _where(column: str, source: Source) -> str:
    return f"{source.path}: column '{column}'"
