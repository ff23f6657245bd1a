"""Targets out of raw values: classes, or quantities where the numbers look like some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.errors import BadData, BadValue
from zoo.raw.cells import adorned, number, one_line, quoted

FEW = 20
ROWS_PER_CLASS = 20
REPEATED = 3  # a class has no fewer rows on average: a split needs one for each part
PLAINLY = "write them plainly (12, 1.14)"


def target_of(values: np.ndarray, column: str, task: str | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the target of `values` (rows,): int32 indices and their classes, or float64 quantities and no class.

    A numeric target is a quantity when it holds fractions, or when it has more than 20 distinct values and fewer than
    20 rows for each of them on average: class codes repeat, quantities seldom do. All else is classes: few whole
    numbers, text and truth values. Classes are sorted: numbers by size and without `.0`, text by code point. `task`,
    "classification" or "regression", overrules this; raises BadValue where it does not fit, BadData for text in
    place of numbers.
    """
    if task == "regression":
        return quantities(values, column), ()
    distinct, counts = np.unique(values, return_counts=True)
    if task == "classification":
        _require_codes(distinct, len(values), column)
    elif distinct.dtype.kind in "iuf" and _are_quantities(distinct, len(values)):
        return values.astype(np.float64), ()
    elif distinct.dtype.kind == "U" and (len(distinct) > FEW or counts.min() < REPEATED):
        _require_plain(distinct, column)
    classes = tuple(as_text(value) for value in distinct)
    return indices_in(values, classes, column), classes


def target_like(values: np.ndarray, classes: Sequence[str], column: str) -> np.ndarray:
    """Return the target of further rows: indices into `classes`, or quantities where there are none; raise BadData."""
    if classes:
        return indices_in(values, classes, column)
    return quantities(values, column)


def quantities(values: np.ndarray, column: str) -> np.ndarray:
    """Return target values as float64, (rows,), truth values as 1 and 0; raise BadData for text that is no number."""
    if values.dtype.kind != "U":
        return values.astype(np.float64)
    read = [number(text) for text in values]
    if None in read:
        text = quoted(str(values[read.index(None)]))
        raise BadData(f"{column} holds {text}; the target is a quantity, so it must be numbers; {PLAINLY}.")
    found = np.asarray(read, np.float64)
    _require_labels(found, column)
    return found


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


def _require_codes(distinct: np.ndarray, rows: int, column: str) -> None:
    """Raise BadValue for numbers that cannot be codes of classes."""
    if distinct.dtype.kind not in "iuf":
        return
    cure = "Leave the task away, or take regression."
    fractions = distinct[distinct != np.floor(distinct)]
    if len(fractions):
        raise BadValue(f"{column} holds fractions such as {fractions[0]:g}; classes are whole numbers or text. {cure}")
    if rows < REPEATED * len(distinct):
        many = f"{len(distinct):,} different numbers in {rows:,} rows"
        raise BadValue(f"{column} holds {many}; classes need {REPEATED} rows each. {cure}")


def _require_plain(distinct: np.ndarray, column: str) -> None:
    example = adorned(distinct.tolist())
    if example:
        raise BadData(
            f"{column} holds text such as {quoted(example)}; if these are numbers, {PLAINLY}; if they are classes, "
            "say so: --task classification (task=)."
        )


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
