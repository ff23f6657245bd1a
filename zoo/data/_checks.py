"""What a data set must fulfil before anything is learned from it; every refusal is one BadData."""

from __future__ import annotations

import numpy as np

from zoo.dataset import Dataset
from zoo.errors import BadData


def require_learnable(dataset: Dataset) -> None:
    """Raise BadData unless every cell can be used and every class has enough rows to be split."""
    for part, rows in (("", dataset.x), ("test part: ", dataset.x_test)):
        if rows is not None and rows.dtype.kind == "f":
            _require_finite(dataset, rows, part)
    if dataset.modality == "table":
        _require_filled_columns(dataset)
    _require_classes(dataset)


def _require_finite(dataset: Dataset, rows: np.ndarray, part: str) -> None:
    is_table = dataset.modality == "table"
    bad = np.isinf(rows) if is_table else ~np.isfinite(rows)
    if not bad.any():
        return
    place = np.argwhere(bad)[0]
    where = f"column '{dataset.columns[place[1]]}'" if is_table else f"pixel {tuple(map(int, place[1:]))}"
    raise BadData(
        f"{dataset.source.path}: {part}{where} is {rows[tuple(place)]} in data row {place[0] + 1} "
        f"({int(bad.sum()):,} such cells); cells must be finite. Correct them, or remove those rows."
    )


def _require_filled_columns(dataset: Dataset) -> None:
    empty = [dataset.columns[index] for index in np.flatnonzero(np.isnan(dataset.x).all(axis=0))]
    if empty:
        names = ", ".join(f"'{name}'" for name in empty)
        raise BadData(f"{dataset.source.path}: no row has a value in column {names}. Remove the column, or fill it.")


def _require_classes(dataset: Dataset) -> None:
    rows, classes, path = len(dataset.y), dataset.classes, dataset.source.path
    if len(classes) < 2:
        raise BadData(f"{path}: all {rows:,} rows are of one class, '{classes[0]}'; learning needs two. Add another.")
    if rows < len(classes):
        raise BadData(f"{path} has {rows} rows for {len(classes)} classes; each class needs several. Add rows.")
    parts, least = ("three", 3) if dataset.x_test is None else ("two", 2)
    counts = np.bincount(dataset.y, minlength=len(classes))
    small = np.flatnonzero(counts < least)
    if len(small):
        smallest = int(small[np.argmin(counts[small])])
        others = f" ({len(small)} classes are that small)" if len(small) > 1 else ""
        raise BadData(
            f"{path}: class '{classes[smallest]}' has {_rows(counts[smallest])}{others}; a split into {parts} parts "
            f"needs {least} of each. Add rows, or merge or remove the class."
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
