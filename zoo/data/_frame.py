"""Data sets out of data frames: one column of classes, the others numbers."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from zoo.cells import number, one_line, quoted
from zoo.data._arrays import missing_in
from zoo.data._labels import FEW, classes_of, indices_in, plain_labels, shown
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue, UnknownName
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd


def dataset_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return a Dataset whose classes are the distinct values of the target column; raise BadData for text cells."""
    frame = frame.set_axis([one_line(str(column)) for column in frame.columns], axis="columns")
    _require_names(list(frame.columns), source)
    target = _target(list(frame.columns), source)
    columns = tuple(column for column in frame.columns if column != target)
    if not columns or not len(frame):
        lack = "rows below its header" if columns else f"column but the target '{target}'"
        raise BadData(f"{source.path} has no {lack}; there is nothing to learn from. Add some.")
    labels = _labels(frame[target], source)
    x = np.column_stack([_numbers(frame[column], source) for column in columns])
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


def _numbers(column: pd.Series, source: Source) -> np.ndarray:
    """Return a column as float64; what pandas did not take for numbers is read cell by cell."""
    if column.dtype.kind in "biuf":
        return column.to_numpy(np.float64, na_value=np.nan)
    texts = column.astype(object).where(column.notna(), "").map(str)
    values = {text: number(text) for text in texts.unique()}
    for row, text in enumerate(texts):
        if values[text] is None:
            raise BadData(
                f"{_where(str(column.name), source)} holds text ({quoted(text)} in data row {row + 1}); this version "
                "reads numbers only. Write the column as numbers, or remove it."
            )
    return texts.map(values).to_numpy(np.float64)


def _doubt(labels: np.ndarray, classes: Sequence[str], target: str) -> tuple[str, ...]:
    if labels.dtype.kind not in "iuf" or len(classes) <= FEW:
        return ()
    return (f"'{target}' has {len(classes)} distinct whole numbers: read as classes, not as a quantity",)


def _where(column: str, source: Source) -> str:
    return f"{source.path}: column '{column}'"
