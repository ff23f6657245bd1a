"""The content hash of a data set: what was read, whatever the file was called or how it was compressed."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from zoo.dataset import Dataset


def content_hash(dataset: Dataset) -> str:
    """Return the sha256 of the dtype, shape and bytes of all arrays, and of all names and texts; nothing is copied."""
    digest = hashlib.sha256()
    for array in (dataset.x, dataset.y, dataset.x_test, dataset.y_test):
        _add(digest, array)
    names = [dataset.classes, dataset.columns]
    texts = [dict(dataset.categories)] if dataset.categories else []
    digest.update(json.dumps([*names, *texts]).encode())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, array: np.ndarray | None) -> None:
    if array is None:
        digest.update(b"none;")
        return
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    digest.update(f"{little.dtype.str}{little.shape};".encode())
    digest.update(little.data)
