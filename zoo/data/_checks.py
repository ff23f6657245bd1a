"""What a data set must fulfil before anything is learned from it; every refusal is one BadData."""

from __future__ import annotations

import numpy as np

from zoo.data._windows import require_windows
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.preparation.normalise import ended

HEAVIEST = 1e30  # a weight; float32 ends at 3e38
FEWEST_ROWS = 10  # of quantities: 6 to train with, 2 to validate, 2 to test


def require_learnable(dataset: Dataset) -> None:
    """Raise BadData unless every cell can be used and the target is such that it can be split and learned."""
    for part, rows in (("", dataset.x), ("test part: ", dataset.x_test)):
        if isinstance(rows, np.ndarray) and rows.dtype.kind == "f":
            _require_finite(dataset, rows, part)
            _require_series(dataset, rows, part)
    is_table = dataset.modality == "table" and isinstance(dataset.x, np.ndarray)
    if is_table:
        _require_filled_columns(dataset)
    if dataset.classes:
        _require_classes(dataset)
    else:
        _require_quantities(dataset)
    if is_table:
        _require_telling_columns(dataset)
    if dataset.modality == "text" and isinstance(dataset.x, np.ndarray):
        _require_words(dataset)
    if dataset.weights is not None:
        _require_weights(dataset, dataset.weights)


def constant_columns(dataset: Dataset) -> np.ndarray:
    """Return which columns of a table hold one value throughout, (columns,); a gap tells something, as does a text."""
    return (dataset.x == dataset.x[:1]).all(axis=0)


def least_of_each(dataset: Dataset) -> int:
    """Return how many rows of each class a split needs: one for each part that it makes."""
    return 1 + (dataset.x_test is None) + (dataset.validation is None)


def _divided_rows(dataset: Dataset) -> np.ndarray:
    """Return the classes of the rows that are to be divided: all but those named for validation."""
    return dataset.y if dataset.validation is None else np.delete(dataset.y, dataset.validation)


def _require_finite(dataset: Dataset, rows: np.ndarray, part: str) -> None:
    bad = ~np.isfinite(rows) if dataset.modality == "image" else np.isinf(rows)
    if not bad.any():
        return
    place = np.argwhere(bad)[0]
    inner = tuple(map(int, place[1:]))
    where = {
        "table": lambda: f"column '{dataset.columns[inner[0]]}'",
        "series": lambda: f"time {inner[0] + 1}, channel {inner[1] + 1}",
        "image": lambda: f"pixel {inner}",
    }[dataset.modality]()
    raise BadData(
        f"{dataset.source.path}: {part}{where} is {rows[tuple(place)]} in data row {place[0] + 1} "
        f"({_such(int(bad.sum()), 'cell')}); cells must be finite. Correct them, or remove those rows."
    )


def _require_series(dataset: Dataset, rows: np.ndarray, part: str) -> None:
    """Raise BadData for gaps in series; missing numbers at their end say that they are shorter than the longest."""
    if dataset.modality != "series":
        return
    over, missing = ended(rows), np.isnan(rows)
    gaps = np.argwhere(missing & ~over)
    if len(gaps):
        row, time, channel = map(int, gaps[0])
        raise BadData(
            f"{dataset.source.path}: {part}row {row + 1} lacks a number at time {time + 1}, channel {channel + 1} "
            f"({_such(len(gaps), 'gap')}); only the end of a series may be missing. Fill the gaps."
        )
    empty = np.flatnonzero(over[:, 0].any(axis=1))
    if len(empty):
        raise BadData(
            f"{dataset.source.path}: {part}row {empty[0] + 1} has a series without any number "
            f"({_such(len(empty), 'row')}). Remove what is empty."
        )


def _require_filled_columns(dataset: Dataset) -> None:
    empty = [dataset.columns[index] for index in np.flatnonzero(np.isnan(dataset.x).all(axis=0))]
    if empty:
        names = ", ".join(f"'{name}'" for name in empty)
        raise BadData(f"{dataset.source.path}: no row has a value in column {names}. Remove the column, or fill it.")


def _require_telling_columns(dataset: Dataset) -> None:
    if constant_columns(dataset).all():
        others = "and there is no other column" if len(dataset.columns) == 1 else "nor does any other column"
        where = f"{dataset.source.path}: column '{dataset.columns[0]}'"
        raise BadData(f"{where} is constant: it tells nothing, {others}. Add columns.")


def _require_words(dataset: Dataset) -> None:
    if not any(text.strip() for text in dataset.x):
        raise BadData(f"{dataset.source.path}: all {len(dataset.x):,} texts are empty. Choose another column of text.")


def _require_weights(dataset: Dataset, weights: np.ndarray) -> None:
    bad = ~np.isfinite(weights) | (weights < 0)
    where = f"{dataset.source.path}: column '{dataset.source.weight or 'weight'}'"
    if bad.any():
        row = int(np.argmax(bad))
        raise BadData(
            f"{where} holds {weights[row]:g} in data row {row + 1} ({_such(int(bad.sum()), 'weight')}); "
            "weights are 0 or more. Correct them."
        )
    if weights.max() > HEAVIEST or 0 < weights.max() < 1 / HEAVIEST:
        raise BadData(
            f"{where} holds {weights.max():g} at most; the largest weight must be {1 / HEAVIEST:g} to {HEAVIEST:g}. "
            "Only ratios count: divide all weights by the largest."
        )
    if not weights.any():
        raise BadData(f"{where} holds 0 in all {len(weights):,} rows; some row must weigh something. Correct it.")


def _require_quantities(dataset: Dataset) -> None:
    require_windows(dataset)
    rows, path = len(dataset.y), dataset.source.path
    if rows < FEWEST_ROWS:
        raise BadData(f"{path} has {_rows(rows)}; learning a quantity needs {FEWEST_ROWS}. Add rows.")
    if dataset.y.min() == dataset.y.max():
        only = f"{float(dataset.y.flat[0]):g} in all {rows:,} rows"
        raise BadData(f"{path}: the target is {only}; there is nothing to learn. Choose another.")


def _require_classes(dataset: Dataset) -> None:
    rows, classes, path = len(dataset.y), dataset.classes, dataset.source.path
    if len(classes) < 2:
        raise BadData(f"{path}: all {rows:,} rows are of one class, '{classes[0]}'; learning needs two. Add another.")
    if rows < len(classes):
        raise BadData(f"{path} has {rows} rows for {len(classes)} classes; each class needs several. Add rows.")
    least = least_of_each(dataset)
    counts = np.bincount(_divided_rows(dataset), minlength=len(classes))
    small = np.flatnonzero(counts < least)
    if len(small):
        smallest = int(small[np.argmin(counts[small])])
        others = f" ({len(small)} classes are that small)" if len(small) > 1 else ""
        raise BadData(
            f"{path}: class '{classes[smallest]}' has {_rows(int(counts[smallest]))}"
            f"{' outside validation' if dataset.validation is not None else ''}{others}; a split into "
            f"{('one part', 'two parts', 'three parts')[least - 1]} needs {least} of each. "
            "Add rows, or merge or remove the class."
        )


def _such(count: int, thing: str) -> str:
    return f"{count:,} such {thing}{'' if count == 1 else 's'}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
