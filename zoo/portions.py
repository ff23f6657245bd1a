"""Answers to more rows than memory should hold at once: asked portion by portion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.lazy import CHUNK, CHUNK_BYTES, LazyRows, chunks_of

Answer = Callable[[np.ndarray], np.ndarray]


def in_portions(answer: Answer, x: np.ndarray) -> np.ndarray:
    """Return the answers to prepared rows, (rows, outputs), asked for 64 MiB of rows at a time.

    A portion is a number of whole batches of 1,024 rows, so that its answers are those of all rows at once.
    """
    batch_bytes = max(1, CHUNK * x.nbytes // max(len(x), 1))
    most = CHUNK * max(1, CHUNK_BYTES // batch_bytes)
    if len(x) <= most:
        return np.asarray(answer(x))
    return np.concatenate([np.asarray(answer(x[at : at + most])) for at in range(0, len(x), most)])


def of_raw(answer: Answer, rows: Any) -> np.ndarray:
    """Return the answers to raw rows, asked chunk by chunk where they lie on the disk, else all at once.

    An error in a later chunk says which rows it counts.
    """
    if not isinstance(rows, LazyRows | np.memmap):
        return answer(rows)
    return np.concatenate([_told(answer, at, chunk) for at, chunk in _placed(rows)])


def _placed(rows: LazyRows | np.memmap) -> Iterator[tuple[int, np.ndarray]]:
    at = 0
    for chunk in chunks_of(rows):
        yield at, chunk
        at += len(chunk)


def _told(answer: Answer, at: int, rows: np.ndarray) -> np.ndarray:
    try:
        return answer(rows)
    except BadData as error:
        raise error if not at else BadData(f"of the rows from {at + 1:,} on, {error}") from error
