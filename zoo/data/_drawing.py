"""Fewer rows of a data set, drawn the same way every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.data._checks import FEWEST_ROWS, least_of_each
from zoo.dataset import Dataset
from zoo.errors import BadValue

SEED = 0


def drawn(dataset: Dataset, rows: int) -> Dataset:
    """Return `rows` of the data set's rows, in their order; a test set that it brings stays whole.

    Classes keep their shares as well as whole rows allow, quantities are drawn at random. Raises BadValue for fewer
    rows than can be learned from.
    """
    counts = np.bincount(dataset.y, minlength=len(dataset.classes)) if dataset.classes else np.array([len(dataset.y)])
    least = least_of_each(dataset) if dataset.classes else FEWEST_ROWS
    need = int(np.minimum(counts, least).sum())
    if rows < need:
        why = f"{len(dataset.classes)} classes need {least} each" if dataset.classes else f"quantities need {need}"
        raise BadValue(f"rows is {rows}; {why}, so it must be at least {need}. Ask for more.")
    total = len(dataset.y)
    if rows >= total:
        return dataset
    kept = _chosen(dataset, _shares(counts, rows, least))
    told = f"{rows:,} of {total:,} rows are learned from"
    return replace(dataset, x=dataset.x[kept], y=dataset.y[kept], warnings=(told, *dataset.warnings))


def _shares(counts: np.ndarray, rows: int, least: int) -> np.ndarray:
    """Return how many rows each class gives, `rows` in all: by its share, but `least` or all it has."""
    quotas = counts * (rows / counts.sum())
    shares = np.maximum(np.floor(quotas).astype(int), np.minimum(counts, least))
    while shares.sum() < rows:
        shares[np.argmax(np.where(shares < counts, quotas - shares, -np.inf))] += 1
    while shares.sum() > rows:
        shares[np.argmax(np.where(shares > np.minimum(counts, least), shares - quotas, -np.inf))] -= 1
    return shares


def _chosen(dataset: Dataset, shares: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(SEED)
    if not dataset.classes:
        return np.sort(random.permutation(len(dataset.y))[: shares[0]])
    groups = (random.permutation(np.flatnonzero(dataset.y == index))[:share] for index, share in enumerate(shares))
    return np.sort(np.concatenate(list(groups)))
