"""The content hash of a data set: what was read, whatever the file was called or how it was compressed."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from zoo.dataset import Dataset
from zoo.lazy import CHUNK, LazyRows, chunks_of

WRITTEN = ("separator", "numerals")  # facts on how a file is written, whatever it holds


def content_hash(dataset: Dataset) -> str:
    """Return the sha256 of the dtype, shape and bytes of all arrays, and of all names and texts; nothing is copied.

    Rows left on the disk have the hash that they would have in memory.
    """
    digest = hashlib.sha256()
    for array in (dataset.x, dataset.y, dataset.x_test, dataset.y_test):
        _add(digest, array)
    names = [dataset.classes, dataset.columns]
    texts = [dict(dataset.categories)] if dataset.categories else []
    digest.update(json.dumps([*names, *texts]).encode())
    further = {name: getattr(dataset, name) for name in ("weights", "groups", "times", "validation", "noise")}
    for name, array in further.items():
        if array is not None:
            digest.update(name.encode())
            _add(digest, array)
    facts = {name: fact for name, fact in dataset.facts.items() if name not in WRITTEN}
    if facts or dataset.dates:
        digest.update(json.dumps([facts, dataset.dates], sort_keys=True).encode())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, array: np.ndarray | LazyRows | None) -> None:
    if array is None:
        digest.update(b"none;")
        return
    for place, chunk in enumerate(chunks_of(array, CHUNK if isinstance(array, LazyRows) else max(len(array), 1))):
        if chunk.dtype.kind == "O":
            _add_objects(digest, chunk)
            continue
        little = np.ascontiguousarray(chunk, dtype=chunk.dtype.newbyteorder("<"))
        if not place:
            digest.update(f"{little.dtype.str}{(len(array), *little.shape[1:])};".encode())
        digest.update(little.data)


def _add_objects(digest: hashlib._Hash, rows: np.ndarray) -> None:
    for row in rows:
        if isinstance(row, str):
            text = row.encode("utf-8", "surrogatepass")
            digest.update(b"text%d;" % len(text) + text)
        else:
            _add(digest, row)
