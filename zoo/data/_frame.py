"""Data sets out of data frames: one column of classes, the others numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from zoo.cells import quoted
from zoo.data._arrays import missing_in
from zoo.data._labels import FEW, classes_of, indices_in, plain_labels, shown
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue, UnknownName
from zoo.frames import names_of, numbers
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd


def dataset_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return a Dataset whose classes are the distinct values of the target column; raise BadData for text cells."""
    frame = frame.set_axis(names_of(frame), axis="columns")
    _require_names(list(frame.columns), source)
    target = _target(list(frame.columns), source)
    columns = tuple(column for column in frame.columns if column != target)
    if not columns or not len(frame):
        lack = "rows below its header" if columns else f"column but the target '{target}'"
        raise BadData(f"{source.path} has no {lack}; there is nothing to learn from. Add some.")
    labels = _labels(frame[target], source)
    x = _rows(frame[list(columns)], source)
    classes = classes_of(labels, _where(target, source))
    found = missing_in(x, columns)
    warnings = (*found["warnings"], *_doubt(labels, classes, target))
    y = indices_in(labels, classes, _where(target, source))
    return Dataset(name, source, "table", x, y, classes, columns, missing=found["missing"], warnings=warnings)


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
        raise BadValue(f"{source.path} needs the column of classes: --target COLUMN (target=). Columns: {known}")
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
        raise BadData(f"{where} is missing in {missing} of {len(column)} rows. Fill in the class or remove those rows.")
    if column.dtype.kind in "biuf":
        return plain_labels(column.to_numpy(), where)
    return plain_labels([str(value) for value in column], where)


def _rows(frame: pd.DataFrame, source: Source) -> np.ndarray:
    """Return the cells as float64, (rows, columns); raise BadData naming the columns of text."""
    read = {str(name): numbers(column) for name, column in frame.items()}
    texts = {name: place for name, (_, place) in read.items() if place is not None}
    if texts:
        raise _text_refusal(frame, texts, source)
    return np.column_stack([values for values, _ in read.values()])


def _text_refusal(frame: pd.DataFrame, texts: Mapping[str, int], source: Source) -> BadData:
    (first, place), one = next(iter(texts.items())), len(texts) == 1
    cell = f"{quoted(str(frame[first].iloc[place]))} in data row {place + 1}"
    known = shown([f"'{name}'" for name in texts], 5)
    found = f"column {known} holds text ({cell})" if one else f"columns {known} hold text ({cell} of '{first}')"
    cure = "the column as numbers, or remove it" if one else "the columns as numbers, or remove them"
    return BadData(f"{source.path}: {found}; this version reads numbers only. Write {cure}.")


def _doubt(labels: np.ndarray, classes: Sequence[str], target: str) -> tuple[str, ...]:
    if labels.dtype.kind not in "iuf" or len(classes) <= FEW:
        return ()
    return (f"'{target}' has {len(classes)} distinct whole numbers: read as classes, not as a quantity",)


def _where(column: str, source: Source) -> str:
    return f"{source.path}: column '{column}'"
