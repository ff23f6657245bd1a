"""Near series: of values that correlate above .9999."""

from __future__ import annotations

import numpy as np

from zoo.checking.near._places import correlated
from zoo.dataset import Dataset


def near_rows(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each series of `others` (k, time, channels) the place of a near one in `base`, or -1."""
    return correlated(*(np.nan_to_num(rows.reshape(len(rows), -1)) for rows in (base, others)))
