"""As much of a data set as can be looked at: all rows in memory, or some of those left on the disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.checking.ranking import sampled
from zoo.data._drawing import taken
from zoo.dataset import Dataset
from zoo.dividing import Places
from zoo.lazy import LazyRows

MOST = 2_000  # rows of a part that are read from the disk to be looked at


def at_hand(dataset: Dataset, places: Places, seed: int = 0) -> tuple[Dataset, Places]:
    """Return the data set with all its rows in memory, and where their parts are; rows keep the names they had.

    Of rows on the disk, at most 2,000 of each part are read, drawn with `seed`.
    """
    if not isinstance(dataset.x, LazyRows) and not isinstance(dataset.x_test, LazyRows):
        return _with_names(dataset), places
    parts = [
        part if part is None else sampled(part, MOST, seed) for part in (places.train, places.validation, places.test)
    ]
    kept = np.sort(np.concatenate([part for part in parts if part is not None]))
    few = taken(_with_names(dataset, "row"), kept)
    where = [None if part is None else np.searchsorted(kept, part) for part in parts]
    return _read(few, seed), Places(*where, places.how)


def _with_names(dataset: Dataset, word: str = "drawn row") -> Dataset:
    """Return the data set with names of rows where their numbers would be others than the user's."""
    is_drawn = dataset.source.rows is not None or word == "row"
    if dataset.names or not is_drawn:
        return dataset
    return replace(dataset, names=tuple(f"{word} {number:,}" for number in range(1, len(dataset.y) + 1)))


def _read(dataset: Dataset, seed: int) -> Dataset:
    x = dataset.x.read() if isinstance(dataset.x, LazyRows) else dataset.x
    x_test, y_test, names = dataset.x_test, dataset.y_test, dataset.names_test
    groups = dataset.groups_test
    if isinstance(x_test, LazyRows):
        rows = sampled(np.arange(len(x_test)), MOST, seed)
        x_test, y_test = x_test[rows].read(), y_test[rows]
        names = tuple(names[row] if names else f"test row {row + 1:,}" for row in rows)
        groups = None if groups is None else groups[rows]
    return replace(dataset, x=x, x_test=x_test, y_test=y_test, names_test=names, groups_test=groups)
