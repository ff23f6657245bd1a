"""Any number of rows through a model that takes a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

CHUNK = 256


def in_chunks(answer: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return the float32 answers to all rows of `x`, (rows, classes); `answer` never gets more than CHUNK rows."""
    if len(x) == 0:
        return in_chunks(answer, np.zeros((1, *x.shape[1:]), x.dtype))[:0]
    parts = [answer(x[start : start + CHUNK]) for start in range(0, len(x), CHUNK)]
    return np.concatenate(parts).astype("float32", copy=False)
