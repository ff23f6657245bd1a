"""Near rows of a table: equal in three significant digits, but for columns that name rows."""

from __future__ import annotations

import numpy as np

from zoo.checking.duplicates import keys_of
from zoo.checking.near._places import first_of
from zoo.data._notes import counts_rows
from zoo.dataset import Dataset

DIGITS = 3
BY_CHANCE = 10  # so many times as many near rows as chance makes are no chance


def near_rows(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each of `others` (k, columns) the place of a row of `base` that is equal in three digits, or -1.

    Columns that number rows do not count. Where chance makes such pairs, as in tables of few columns, the rest of the
    row must be equal.
    """
    kept = ~np.array([counts_rows(column) for column in np.concatenate([base, others]).T])
    if not kept.any():
        return np.full(len(others), -1)
    rounded = [_rounded(dataset, rows)[:, kept] for rows in (base, others)]
    found, exact = first_of(*map(keys_of, rounded)), first_of(keys_of(base[:, kept]), keys_of(others[:, kept]))
    by_chance = len(base) * len(others) * np.exp(_log_chance(np.concatenate(rounded)))
    return found if ((found >= 0) & (exact < 0)).sum() > BY_CHANCE * by_chance else exact


def _rounded(dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """Return cells in three significant digits; texts and times stay as they are."""
    size = np.abs(rows)
    with np.errstate(all="ignore"):
        step = 10.0 ** (np.floor(np.log10(size)) - DIGITS + 1)
        rounded = np.where((size > 0) & np.isfinite(size) & (step > 0), np.rint(rows / step) * step, rows)
        same_bits = rounded.astype(np.float32)  # products of the same digits may differ in their last bits
    exact = [name in dataset.categories or name in dataset.dates for name in dataset.columns]
    return np.where(exact, rows, same_bits)


def _log_chance(rows: np.ndarray) -> float:
    """Return the logarithm of the chance that two rows agree in all columns, were these independent."""
    shares = (np.unique(column, return_counts=True)[1] / len(column) for column in rows.T)
    return float(sum(np.log(np.square(share).sum()) for share in shares))
