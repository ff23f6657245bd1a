"""Rows that are nearly the same as others, by a rule of their modality's: a file a modality."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from zoo.dataset import Dataset

NONE = -1  # where no row is near


def near(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each raw row of `others` the place of a near row of `base`, (others,), -1 where there is none.

    Both hold rows of `dataset`. What near means is told by the modality's own file.
    """
    if not len(base) or not len(others):
        return np.full(len(others), NONE)
    return import_module(f"zoo.checking.near._{dataset.modality}").near_rows(dataset, base, others)
