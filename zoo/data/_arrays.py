"""Data sets out of arrays, whether they come from a file or from memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.data._labels import plain_labels, target_like, target_of
from zoo.data._loose import facts_of, loose_kind, loose_rows
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.recipe import Source

SHAPES = {
    "table": "(rows, columns)",
    "image": "(rows, height, width) or (rows, height, width, channels)",
    "series": "(rows, time) or (rows, time, channels)",
}
SERIES = 'zoo.load_data((x, y), modality="series")'
_AXES = {"table": (2,), "image": (3, 4), "series": (2, 3)}


def dataset_of_arrays(
    source: Source,
    x: Any,
    y: Any,
    test: tuple[Any, Any] | None = None,
    classes: Sequence[str] = (),
    name: str = "arrays",
    modality: str | None = None,
) -> Dataset:
    """Return a Dataset of `x` and `y`; with `classes`, `y` holds indices into them. Raises BadData.

    Rows of text, (rows,) of str, stay text; images of several sizes, (rows,) of arrays, become (height, width,
    channels) each. Two axes are a table of float64 columns x0, x1 ...; three are images without a channel axis, which
    is added; four are images. Bytes stay uint8 in images; every other image becomes float32. `modality="series"` reads
    two axes as (rows, time), to which a channel axis is added, and three as (rows, time, channels), in float32.
    """
    kind = _modality(modality, x)
    rows, labels = _rows(x, "x", kind), _labels(y, classes, "y")
    _require_equal_length(rows, labels, "x", "y")
    y_train, names = _target(labels, classes, source.task)
    columns = tuple(f"x{index}" for index in range(rows.shape[1])) if kind == "table" else ()
    x_test, labels_test = _test_part(test, rows, classes, kind)
    y_test = None if labels_test is None else target_like(labels_test, names, "y_test")
    about = facts_of(rows, x_test) if rows.dtype.kind == "O" and kind == "image" else {}
    return Dataset(name, source, kind, rows, y_train, names, columns, x_test, y_test, facts=about)


def _modality(wanted: str | None, x: Any) -> str:
    loose = loose_kind(x)
    if loose and wanted not in (None, loose):
        raise BadValue(f"modality is '{wanted}', but x holds rows of {loose}. Leave the modality away.")
    if loose or wanted is None:
        return loose or ("table" if np.ndim(x) == 2 else "image")
    if wanted not in _AXES:
        raise BadValue(f"modality is '{wanted}'; arrays are read as one of {', '.join(_AXES)}. Name one of these.")
    return wanted


def _rows(x: Any, key: str, modality: str) -> np.ndarray:
    if modality in (loose_kind(x), "text"):
        return loose_rows(x, key, modality)
    rows = np.asarray(x)
    if rows.dtype.kind not in "biuf":
        raise BadData(f"{key} is of dtype {rows.dtype}; it must hold numbers. Convert it first.")
    if rows.ndim not in _AXES[modality] or 0 in rows.shape[1:]:
        article = "an" if modality == "image" else "a"
        rule = (
            f"{article} {modality} is {SHAPES[modality]}" if rows.ndim in (2, 3, 4) else f"it must be {_all_shapes()}"
        )
        raise BadData(f"{key} has shape {rows.shape}; {rule}. Reshape it.")
    if modality == "table":
        return rows.astype(np.float64)
    is_bytes = modality == "image" and rows.dtype == np.uint8
    with np.errstate(over="ignore"):  # what overflows is infinite then, and refused as such
        numbers = rows if is_bytes else rows.astype(np.float32)
    return numbers[..., np.newaxis] if rows.ndim == _AXES[modality][0] else numbers


def _all_shapes() -> str:
    return f"{SHAPES['table']}, {SHAPES['image']}; for series call {SERIES}"


def _labels(y: Any, classes: Sequence[str], key: str) -> np.ndarray:
    labels = plain_labels(y, key)
    if not classes:
        return labels
    whole = labels.dtype.kind in "iu"
    if not whole or (len(labels) and not 0 <= labels.min() <= labels.max() < len(classes)):
        raise BadData(
            f"{key} must hold whole numbers from 0 to {len(classes) - 1}, the places in `classes`. Correct it."
        )
    return np.asarray(classes)[labels]


def _target(labels: np.ndarray, classes: Sequence[str], task: str | None) -> tuple[np.ndarray, tuple[str, ...]]:
    return (target_like(labels, classes, "y"), tuple(classes)) if classes else target_of(labels, "y", task)


def _test_part(
    test: tuple[Any, Any] | None, rows: np.ndarray, classes: Sequence[str], modality: str
) -> tuple[np.ndarray | None, np.ndarray | None]:
    if test is None:
        return None, None
    x_test, labels = _rows(test[0], "x_test", modality), _labels(test[1], classes, "y_test")
    _require_equal_length(x_test, labels, "x_test", "y_test")
    if x_test.shape[1:] != rows.shape[1:] or x_test.dtype != rows.dtype:
        raise BadData(
            f"x_test has rows of {x_test.dtype} {x_test.shape[1:]} and x of {rows.dtype} {rows.shape[1:]}; "
            "they must be alike. Write both from the same source."
        )
    return x_test, labels


def _require_equal_length(rows: np.ndarray, labels: np.ndarray, x: str, y: str) -> None:
    if len(rows) != len(labels):
        raise BadData(f"{x} has {len(rows):,} rows and {y} {len(labels):,}; each row needs one label. Write both anew.")
    if not len(rows):
        raise BadData(f"{x} has no rows; add some.")
