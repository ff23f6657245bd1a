"""Where keys and vectors stand among others."""

from __future__ import annotations

import numpy as np

SAME = 0.9999  # the least correlation of near rows
BATCH = 500


def first_of(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return for each of `wanted` the place of the first equal one among `keys`, -1 where there is none."""
    distinct, first = np.unique(keys, return_index=True)
    place = np.minimum(np.searchsorted(distinct, wanted), len(distinct) - 1)
    return np.where(distinct[place] == wanted, first[place], -1)


def correlated(base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each of `others` (k, values) the place of the best one of `base` if they correlate above .9999."""
    one, found = _standard(base), []
    for at in range(0, len(others), BATCH):
        likeness = _standard(others[at : at + BATCH]) @ one.T
        best = likeness.argmax(axis=1)
        found.append(np.where(likeness[np.arange(len(best)), best] > SAME, best, -1))
    return np.concatenate(found)


def _standard(rows: np.ndarray) -> np.ndarray:
    centred = rows.astype(np.float64) - rows.mean(axis=1, keepdims=True, dtype=np.float64)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
