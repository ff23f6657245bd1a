"""Rows that are the same, and rows that are the same but for their answers."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

from zoo.checking.finding import DOUBT, Finding, row_name, rows_of
from zoo.dataset import Dataset
from zoo.goals import plain
from zoo.lazy import LazyRows, chunks_of

KEY_BYTES = 8  # two of a million different rows share a key once in 40 million data sets


def keys_of(rows: np.ndarray | LazyRows) -> np.ndarray:
    """Return a key of each row, (rows,) uint64: the same for the same values, whatever their kind and shape."""
    keys = b"".join(
        blake2b(cells, digest_size=KEY_BYTES).digest() for chunk in chunks_of(rows) for cells in _raw(chunk)
    )
    return np.frombuffer(keys, np.uint64)


def repeats(dataset: Dataset, keys: np.ndarray) -> Iterator[Finding]:
    """Return what is to be said about rows whose `keys`, those of x and then of x_test, are not unique."""
    distinct, first, group = np.unique(keys, return_index=True, return_inverse=True)
    again = len(keys) - len(distinct)
    if not again:
        return
    later = int(np.flatnonzero(first[group] != np.arange(len(keys)))[0])
    example = f"{row_name(dataset, later)} is {row_name(dataset, int(first[group[later]]))}"
    verb = "repeats" if again == 1 else "repeat"
    yield Finding(DOUBT, f"{rows_of(again)} {verb} an earlier one: parts of the split may share them ({example})")
    yield from _contradictions(dataset, first, group)


def _contradictions(dataset: Dataset, first: np.ndarray, group: np.ndarray) -> Iterator[Finding]:
    y = dataset.y if dataset.y_test is None else np.concatenate([dataset.y, dataset.y_test])
    if y.ndim > 1:
        return
    differs = y != y[first][group]
    if not differs.any():
        return
    at = int(np.flatnonzero(differs)[0])
    torn = int(np.isin(group, group[differs]).sum())
    origin = int(first[group[at]])
    here, there = (f"{row_name(dataset, place)}: {_answer(dataset, y[place])}" for place in (origin, at))
    yield Finding(DOUBT, f"{rows_of(torn)} have the same inputs as another and a different answer ({here}, {there})")


def _answer(dataset: Dataset, value: float) -> str:
    return f"'{dataset.classes[int(value)]}'" if dataset.classes else plain(float(value))


def _raw(rows: np.ndarray) -> Iterator[bytes | memoryview]:
    """Return the bytes of each row; -0 is 0, and all missing numbers are one."""
    if rows.dtype.kind in "OUS":
        yield from map(_bytes_of, rows)
        return
    if rows.dtype.kind == "f":
        rows = np.where(np.isnan(rows), np.nan, rows + 0.0)
    yield from (row.data for row in np.ascontiguousarray(rows))


def _bytes_of(row: str | np.ndarray) -> bytes:
    if isinstance(row, str):
        return row.encode("utf-8", "surrogatepass")
    return str(row.shape).encode() + np.ascontiguousarray(row).tobytes()
