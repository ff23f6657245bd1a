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

    Classes keep their shares as well as whole rows allow, quantities are drawn at random, and of rows in time the
    latest are taken. Raises BadValue for fewer rows than can be learned from.
    """
    if dataset.times is not None:
        return _latest(dataset, rows)
    kinds = _kinds(dataset)
    counts = np.bincount(kinds)
    least = np.full(len(counts), least_of_each(dataset) if dataset.classes else FEWEST_ROWS)
    least[max(len(dataset.classes), 1) :] = 1  # of rows that the data itself names for validation
    need = int(np.minimum(counts, least).sum())
    if rows < need:
        why = f"{len(dataset.classes)} classes need {least[0]} each" if dataset.classes else f"quantities need {need}"
        raise BadValue(f"rows is {rows}; {why}, so it must be at least {need}. Ask for more.")
    total = len(dataset.y)
    if rows >= total:
        return dataset
    kept = _chosen(kinds, _shares(counts, rows, least))
    return _told(taken(dataset, kept), f"{rows:,} of {total:,} rows are learned from")


def taken(dataset: Dataset, places: np.ndarray) -> Dataset:
    """Return the data set with the rows at `places` alone, and all that belongs to them; its test part stays."""
    changed = {name: getattr(dataset, name) for name in ("x", "y", "weights", "groups", "times")}
    kept = {name: values[places] for name, values in changed.items() if values is not None}
    if dataset.validation is not None:
        kept["validation"] = np.flatnonzero(np.isin(places, dataset.validation))
    if dataset.names:
        kept["names"] = tuple(dataset.names[place] for place in places)
    return replace(dataset, **kept)


def _latest(dataset: Dataset, rows: int) -> Dataset:
    """Return the `rows` that come last in time, in their order."""
    if rows < FEWEST_ROWS:
        raise BadValue(f"rows is {rows}; rows in time need {FEWEST_ROWS}. Ask for more.")
    if rows >= len(dataset.y):
        return dataset
    kept = np.sort(np.argsort(dataset.times, kind="stable")[-rows:])
    return _told(taken(dataset, kept), f"the latest {rows:,} of {len(dataset.y):,} rows are learned from")


def _told(dataset: Dataset, text: str) -> Dataset:
    return replace(dataset, warnings=(text, *dataset.warnings))


def _shares(counts: np.ndarray, rows: int, least: np.ndarray) -> np.ndarray:
    """Return how many rows each class gives, `rows` in all: by its share, but `least` or all it has."""
    quotas = counts * (rows / counts.sum())
    shares = np.maximum(np.floor(quotas).astype(int), np.minimum(counts, least))
    while shares.sum() < rows:
        shares[np.argmax(np.where(shares < counts, quotas - shares, -np.inf))] += 1
    while shares.sum() > rows:
        shares[np.argmax(np.where(shares > np.minimum(counts, least), shares - quotas, -np.inf))] -= 1
    return shares


def _kinds(dataset: Dataset) -> np.ndarray:
    """Return of which kind each row is, of which each is to keep its share: its class, and whether it is named for
    validation."""
    own = dataset.y.astype(int) if dataset.classes else np.zeros(len(dataset.y), int)
    if dataset.validation is None:
        return own
    return own + max(len(dataset.classes), 1) * np.isin(np.arange(len(own)), dataset.validation)


def _chosen(kinds: np.ndarray, shares: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(SEED)
    groups = (random.permutation(np.flatnonzero(kinds == index))[:share] for index, share in enumerate(shares))
    return np.sort(np.concatenate(list(groups)))
