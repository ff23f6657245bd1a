"""Rows that stay on the disk: an array's manners, read as far as they are needed."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.errors import ZooError

CHUNK, CHUNK_BYTES = 1024, 2**26  # rows, and bytes, that are read at once


@dataclass(frozen=True)
class LazyRows:
    """Rows of a data set by their places in it; `fetch(places)` reads these, (k, ...) or (k,) of objects.

    `rows[places]` are others of the same data, read no sooner; `row_bytes` is about what one row fills in memory.
    """

    fetch: Callable[[np.ndarray], np.ndarray]
    places: np.ndarray
    row_bytes: int

    @property
    def nbytes(self) -> int:
        """About how many bytes all rows would fill."""
        return len(self.places) * self.row_bytes

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, chosen: Any) -> LazyRows:
        return LazyRows(self.fetch, np.atleast_1d(self.places[chosen]), self.row_bytes)

    def read(self) -> np.ndarray:
        """Return all rows as an array."""
        return self.fetch(self.places)

    def chunks(self, rows: int = CHUNK) -> Iterator[np.ndarray]:
        """Return the rows in their order, at most `rows` at a time and no more than fill 64 MiB."""
        most = max(1, min(rows, CHUNK_BYTES // max(self.row_bytes, 1)))
        for at in range(0, len(self), most):
            yield self.fetch(self.places[at : at + most])


def chunks_of(rows: np.ndarray | LazyRows, most: int = CHUNK) -> Iterator[np.ndarray]:
    """Return rows in their order, at most `most` at a time, wherever they are."""
    if isinstance(rows, LazyRows):
        yield from rows.chunks(most)
        return
    for at in range(0, len(rows), most):
        yield rows[at : at + most]


def on_disk(shape: tuple[int, ...], dtype: Any) -> np.memmap:
    """Return an array of zeros in an unnamed file, which goes when the array does; raise ZooError for a full disk.

    The room is taken at once: a disk that fills up later would kill the process instead.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115
    size = math.prod(shape) * np.dtype(dtype).itemsize
    try:
        if hasattr(os, "posix_fallocate") and size:
            os.posix_fallocate(file.fileno(), 0, size)
        return np.memmap(file, dtype, "w+", shape=shape)
    except OSError as error:
        raise ZooError(
            f"{tempfile.gettempdir()} has no room for {size / 2**20:,.0f} MB of rows ({error.strerror}). "
            "Set TMPDIR to a folder with room, or raise --memory."
        ) from error


def in_memory(rows: np.ndarray | LazyRows) -> np.ndarray:
    """Return rows as an array, read if they have not been."""
    return rows.read() if isinstance(rows, LazyRows) else rows
