"""Near images: of one perceptual hash, and of pixels that hardly differ."""

from __future__ import annotations

import numpy as np

from zoo.alike import fingerprints
from zoo.checking.near._places import first_of
from zoo.dataset import Dataset

CLOSE = 0.02  # of the range of pixels, on average


def near_rows(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each image of `others` the place of a near one in `base`, or -1: one hash, pixels 2 % apart."""
    found = first_of(fingerprints(base), fingerprints(others))
    for at in np.flatnonzero(found >= 0):
        if not _are_close(base[found[at]], others[at]):
            found[at] = -1
    return found


def _are_close(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    first, second = one.astype(np.float64), other.astype(np.float64)
    return bool(np.abs(first - second).mean() <= CLOSE * max(np.ptp(first), np.ptp(second)))
