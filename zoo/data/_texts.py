"""Data sets out of texts and their labels, wherever they were read from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.data._labels import plain_labels, target_like, target_of
from zoo.dataset import Dataset
from zoo.preparation import objects
from zoo.raw.cells import number
from zoo.recipe import Source

Labelled = tuple[Sequence[str | None], Sequence[Any] | np.ndarray]


def dataset_of_texts(
    texts: Sequence[str | None],
    labels: Sequence[Any] | np.ndarray,
    source: Source,
    name: str,
    test: Labelled | None = None,
) -> Dataset:
    """Return a Dataset of texts, (n,) of str, and the labels beside them; `test` are further texts and labels.

    Labels that are all numbers are classes or quantities as those of any target, others are classes. A missing text,
    None or NaN, is an empty one; how many are empty is said. Raises BadData for missing labels and for a class that
    only the test part has, BadValue where `source.task` does not fit.
    """
    where = f"{source.path}: the label"
    y, classes = target_of(_values(labels, where), where, source.task)
    x, x_test, y_test = _rows(texts), None, None
    if test is not None:
        part = f"{source.path}: test part: the label"
        x_test, y_test = _rows(test[0]), target_like(_values(test[1], part), classes, part)
    told = (*_empty(x, "texts"), *_empty(x_test, "texts to test with"))
    return Dataset(name, source, "text", x, y, classes, x_test=x_test, y_test=y_test, warnings=told)


def _rows(texts: Sequence[str | None]) -> np.ndarray:
    return objects([str(text) if isinstance(text, str) else "" for text in texts])


def _values(labels: Sequence[Any] | np.ndarray, where: str) -> np.ndarray:
    """Return labels (rows,), as numbers where all are."""
    values = plain_labels(np.asarray(labels), where)
    if values.dtype.kind != "U":
        return values
    numbers = {label: number(label) for label in set(values.tolist())}
    are_numbers = all(value is not None and math.isfinite(value) for value in numbers.values())
    return np.asarray([numbers[label] for label in values.tolist()], np.float64) if are_numbers else values


def _empty(texts: np.ndarray | None, what: str) -> tuple[str, ...]:
    empty = [] if texts is None else [row for row, text in enumerate(texts, 1) if not text.strip()]
    verb = "is" if len(empty) == 1 else "are"
    return (f"{len(empty):,} of {len(texts):,} {what} {verb} empty (such as row {empty[0]:,})",) if empty else ()
