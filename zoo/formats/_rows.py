"""Any number of rows through a model that takes a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

CHUNK = 256


def in_chunks(answer: Callable[[np.ndarray], np.ndarray], x: np.ndarray, most: int = CHUNK) -> np.ndarray:
    """Return the float32 answers to all rows of `x`, (rows, outputs); `answer` never gets more than `most` rows."""
    if len(x) == 0:
        return in_chunks(answer, np.zeros((1, *x.shape[1:]), x.dtype), most)[:0]
    parts = [answer(x[start : start + most]) for start in range(0, len(x), most)]
    return np.concatenate(parts).astype("float32", copy=False)
