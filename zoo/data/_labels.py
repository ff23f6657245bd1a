"""Targets out of raw values: classes, or quantities where the numbers look like some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.cells import one_line
from zoo.errors import BadData

FEW = 20
ROWS_PER_CLASS = 20


def target_of(values: np.ndarray, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the target of `values` (rows,): int32 indices and their classes, or float64 quantities and no class.

    A numeric target is a quantity when it holds fractions, or when it has more than 20 distinct values and fewer than
    20 rows for each of them on average: class codes repeat, quantities seldom do. All else is classes: few whole
    numbers, text and truth values. Classes are sorted: numbers by size and without `.0`, text by code point.
    """
    distinct = np.unique(values)
    if distinct.dtype.kind in "iuf" and _are_quantities(distinct, len(values)):
        return values.astype(np.float64), ()
    classes = tuple(as_text(value) for value in distinct)
    return indices_in(values, classes, column), classes


def target_like(values: np.ndarray, classes: Sequence[str], column: str) -> np.ndarray:
    """Return the target of further rows: indices into `classes`, or quantities where there are none; raise BadData."""
    if classes:
        return indices_in(values, classes, column)
    if values.dtype.kind not in "iuf":
        raise BadData(f"{column} holds {str(values[0])!r}; the target is a quantity, so it must be numbers. Mend it.")
    return values.astype(np.float64)


def indices_in(values: np.ndarray, classes: Sequence[str], column: str) -> np.ndarray:
    """Return each value's index into `classes`, (rows,) int32; raise BadData for a value that is none of them."""
    distinct, inverse = np.unique(values, return_inverse=True)
    place = {name: index for index, name in enumerate(classes)}
    names = [as_text(value) for value in distinct]
    strange = [name for name in names if name not in place]
    if strange:
        raise BadData(
            f"{column} holds {strange[0]!r}, which is none of the {len(classes)} classes {shown(classes)}. "
            "Correct that label, or add rows of that class to the training part."
        )
    return np.asarray([place[name] for name in names], np.int32)[inverse]


def plain_labels(values: Any, column: str) -> np.ndarray:
    """Return target values as a (rows,) array of numbers, truth values or text; raise BadData for anything else."""
    labels = np.asarray(values)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise BadData(f"{column} has shape {labels.shape}; it must be (rows,). For one-hot rows pass argmax(axis=1).")
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8")
    if labels.dtype.kind == "O" and all(isinstance(label, str) for label in labels):
        labels = labels.astype(str)
    if labels.dtype.kind not in "biufU":
        raise BadData(f"{column} is of dtype {labels.dtype}; labels must be numbers or text. Convert them first.")
    if labels.dtype.kind == "U":
        labels = np.asarray([one_line(label) for label in labels], dtype=str)
    _require_labels(labels, column)
    return labels


def as_text(value: Any) -> str:
    """Return a label as a class name; whole numbers lose their `.0`."""
    is_whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return str(int(value)) if is_whole else str(value)


def shown(names: Sequence[str], most: int = 20) -> str:
    """Return names in one line, the first `most` of them."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _are_quantities(distinct: np.ndarray, rows: int) -> bool:
    has_fractions = bool((distinct != np.floor(distinct)).any())
    return has_fractions or len(distinct) > max(FEW, rows // ROWS_PER_CLASS)


def _require_labels(labels: np.ndarray, column: str) -> None:
    is_float = labels.dtype.kind == "f"
    missing = int((np.isnan(labels) if is_float else labels == "").sum()) if labels.dtype.kind in "fU" else 0
    infinite = int(np.isinf(labels).sum()) if is_float else 0
    if missing:
        raise BadData(
            f"{column} is missing in {missing} of {len(labels)} rows. Fill in the target or remove those rows."
        )
    if infinite:
        raise BadData(f"{column} is infinite in {infinite} of {len(labels)} rows. Correct or remove those rows.")
