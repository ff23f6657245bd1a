"""Data sets out of arrays, whether they come from a file or from memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zoo.data._labels import classes_of, indices_in, plain_labels
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.recipe import Source

_RULE = "x must be (rows, columns), (rows, height, width) or (rows, height, width, channels)"


def dataset_of_arrays(
    source: Source,
    x: Any,
    y: Any,
    test: tuple[Any, Any] | None = None,
    classes: Sequence[str] = (),
    name: str = "arrays",
) -> Dataset:
    """Return a Dataset of `x` and `y`; with `classes`, `y` holds indices into them. Raises BadData.

    Two axes are a table of float64 columns x0, x1 ...; three are images without a channel axis, which is added; four
    are images. Bytes stay uint8 in images; every other image becomes float32.
    """
    rows, labels = _rows(x, "x"), _labels(y, classes, "y")
    _require_equal_length(rows, labels, "x", "y")
    names = tuple(classes) or classes_of(labels, "y")
    modality = "table" if rows.ndim == 2 else "image"
    columns = tuple(f"x{index}" for index in range(rows.shape[1])) if modality == "table" else ()
    x_test, y_test = _test_part(test, rows, classes, names)
    y_index = indices_in(labels, names, "y")
    return Dataset(name, source, modality, rows, y_index, names, columns, x_test, y_test, **missing_in(rows, columns))


def missing_in(rows: np.ndarray, columns: Sequence[str]) -> dict[str, Any]:
    """Return the Dataset fields `missing` and `warnings` of a table; images have no missing cells."""
    if rows.ndim != 2 or rows.dtype.kind != "f":
        return {"missing": {}, "warnings": ()}
    counts = np.isnan(rows).sum(axis=0)
    missing = {column: int(count) for column, count in zip(columns, counts, strict=True) if count}
    total, where = sum(missing.values()), ", ".join(list(missing)[:5]) + (" ..." if len(missing) > 5 else "")
    text = f"{total:,} missing {'cell' if total == 1 else 'cells'} ({where}): filled with the training rows' median"
    return {"missing": missing, "warnings": (text,) if missing else ()}


def _rows(x: Any, key: str) -> np.ndarray:
    rows = np.asarray(x)
    if rows.dtype.kind not in "biuf":
        raise BadData(f"{key} is of dtype {rows.dtype}; it must hold numbers. Convert it first.")
    if rows.ndim not in (2, 3, 4) or 0 in rows.shape[1:]:
        raise BadData(f"{key} has shape {rows.shape}; {_RULE}. Reshape it.")
    if rows.ndim == 2:
        return rows.astype(np.float64)
    images = rows if rows.dtype == np.uint8 else rows.astype(np.float32)
    return images[..., np.newaxis] if images.ndim == 3 else images


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


def _test_part(
    test: tuple[Any, Any] | None, rows: np.ndarray, classes: Sequence[str], names: Sequence[str]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    if test is None:
        return None, None
    x_test, labels = _rows(test[0], "x_test"), _labels(test[1], classes, "y_test")
    _require_equal_length(x_test, labels, "x_test", "y_test")
    if x_test.shape[1:] != rows.shape[1:] or x_test.dtype != rows.dtype:
        raise BadData(
            f"x_test has rows of {x_test.dtype} {x_test.shape[1:]} and x of {rows.dtype} {rows.shape[1:]}; "
            "they must be alike. Write both from the same source."
        )
    return x_test, indices_in(labels, names, "y_test")


def _require_equal_length(rows: np.ndarray, labels: np.ndarray, x: str, y: str) -> None:
    if len(rows) != len(labels):
        raise BadData(f"{x} has {len(rows):,} rows and {y} {len(labels):,}; each row needs one label. Write both anew.")
    if not len(rows):
        raise BadData(f"{x} has no rows; add some.")
