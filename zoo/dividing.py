"""Which rows go into which part: as the data says, by time, by group, or stratified by class."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from zoo.dataset import Dataset, Places
from zoo.errors import BadData

TRAIN, VALIDATION = 0.6, 0.2
VALIDATION_BESIDE_TEST = 0.25
FOLDS, FOLDS_BESIDE_TEST = 5, 4  # of groups: each is about as large as a part that is not for training
LARGE = 1.5  # so many times as large as folds are on average


def divided(dataset: Dataset, seed: int) -> Places:
    """Return which rows of `dataset` go where; raise BadData where its groups do not make so many parts.

    About 60, 20 and 20 % of the rows, or 75 and 25 % of those besides a test part that the data brings. Every class
    has at least one training row. Rows in time are never shuffled: the latest are for the test, those before them for
    validation. Rows of one group share a part, as do rows of one time. Raises BadData, too, where no training row has
    a weight.
    """
    places = _divided(dataset, seed)
    if dataset.weights is not None and not dataset.weights[places.train].any():
        raise BadData(
            f"{dataset.source.path}: all {len(places.train):,} training rows weigh 0 (--weight "
            f"{dataset.source.weight or 'weights'}); some must weigh something. Give more rows a weight."
        )
    return places


def _divided(dataset: Dataset, seed: int) -> Places:
    if dataset.times is not None:
        return _by_time(dataset)
    if dataset.validation is not None and dataset.x_test is not None:
        return Places(np.setdiff1d(np.arange(len(dataset.y)), dataset.validation), dataset.validation, None, "as given")
    if dataset.groups is not None:
        return _by_group(dataset, dataset.groups, seed)
    everything, how = np.arange(len(dataset.y)), "stratified" if dataset.classes else "at random"
    rest, test = everything, None
    if dataset.validation is not None:
        rest = np.setdiff1d(everything, dataset.validation)
    if dataset.x_test is None:
        size = len(everything) - _share(TRAIN, everything) - _share(VALIDATION, everything)
        rest, test = _divide(dataset, rest, size, seed)
    if dataset.validation is not None:
        return Places(rest, dataset.validation, test, "as given" if test is None else f"validation as given, {how}")
    size = _share(VALIDATION_BESIDE_TEST if test is None else VALIDATION, everything)
    train, validation = _divide(dataset, rest, size, seed)
    return Places(train, validation, test, how)


def _share(share: float, rows: np.ndarray) -> int:
    return round(share * len(rows))


def _divide(dataset: Dataset, rows: np.ndarray, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return indices of the rows to keep and of `size` others; a part has room for one row of each class."""
    from sklearn.model_selection import train_test_split

    size = max(size, len(dataset.classes), 1)
    groups = dataset.y[rows] if dataset.classes else None
    kept, taken = train_test_split(rows, test_size=size, stratify=groups, random_state=seed)
    return kept, taken


def _by_time(dataset: Dataset) -> Places:
    """Return the earliest rows for training; before each part so many are left out as share its targets' times."""
    order, gap = np.argsort(dataset.times, kind="stable"), dataset.horizon - 1
    ends = [len(order)] if dataset.x_test is not None else [len(order) - _share(VALIDATION, order), len(order)]
    begin = ends[0] - _share(VALIDATION_BESIDE_TEST if dataset.x_test is not None else VALIDATION, order)
    begin, *ends = [*_changes(dataset, dataset.times[order], [begin, *ends[:-1]]), len(order)]
    train, validation = order[: max(begin - gap, 0)], order[begin : ends[0] if len(ends) == 1 else ends[0] - gap]
    test = None if len(ends) == 1 else order[ends[0] :]
    if not len(train) or not len(validation):
        raise BadData(f"{dataset.source.path} has {len(order)} rows in time; three parts need more. Add rows.")
    missing = np.setdiff1d(np.arange(len(dataset.classes)), dataset.y[train]) if dataset.classes else ()
    if len(missing):
        name = dataset.classes[missing[0]]
        raise BadData(
            f"{dataset.source.path}: class '{name}' is not among the earliest 60 % of rows. Leave out --time."
        )
    return Places(train, validation, test, "by time")


def _changes(dataset: Dataset, times: np.ndarray, wanted: Sequence[int]) -> list[int]:
    """Return the places nearest to those `wanted` at which another of the ascending `times` begins, no two alike."""
    changes, found = np.flatnonzero(np.diff(times)) + 1, [0]
    if len(changes) < len(wanted):
        raise BadData(
            f"{dataset.source.path} has {len(times):,} rows in time, of {len(np.unique(times)):,} different; no two of "
            f"{len(wanted) + 1} parts share one, so they need {len(wanted) + 1}. Leave out --time."
        )
    for later, place in zip(reversed(range(len(wanted))), wanted, strict=True):
        room = changes[: len(changes) - later]  # those behind are for later parts
        room = room[room > found[-1]]
        found.append(int(room[np.argmin(np.abs(room - place))]))
    return found[1:]


def _by_group(dataset: Dataset, groups: np.ndarray, seed: int) -> Places:
    """Return parts that share no group; a validation part that the data names stays as it is."""
    rows, given = np.arange(len(groups)), dataset.validation
    rows = rows if given is None else np.setdiff1d(rows, given)
    others = (given is None) + (dataset.x_test is None)  # parts beside training that are to be made
    folds = [rows[fold] for fold in _folds(dataset, rows, groups[rows], others, seed)]
    most = LARGE * len(rows) / len(folds)
    folds.sort(key=lambda fold: len(fold) > most)  # a group that outweighs all others is for training
    validation = folds[0] if given is None else given
    test = folds[others - 1] if dataset.x_test is None else None
    train = np.setdiff1d(rows, np.concatenate(folds[:others]))
    missing = np.setdiff1d(np.arange(len(dataset.classes)), dataset.y[train]) if dataset.classes else ()
    if len(missing):
        name = dataset.classes[missing[0]]
        raise BadData(
            f"{_group_of(dataset)}: class '{name}' lies in too few groups to be in the training part. Add groups of it."
        )
    how = f"by group '{dataset.source.group or 'group'}'"
    return Places(train, validation, test, how if given is None else f"validation as given, {how}")


def _folds(dataset: Dataset, rows: np.ndarray, groups: np.ndarray, others: int, seed: int) -> list[np.ndarray]:
    """Return places in `rows` whose groups go together, in as many folds as there may be, up to five."""
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    answers = dataset.y[rows]
    most = min(FOLDS if others > 1 else FOLDS_BESIDE_TEST, len(np.unique(groups)))
    if most <= others:
        rule = f"has {most} groups; parts that share none need {others + 1}"
        raise BadData(f"{_group_of(dataset)} {rule}. Choose another --group.")
    kind = StratifiedGroupKFold if dataset.classes else GroupKFold
    count = min(most, int(np.bincount(answers).max())) if dataset.classes else most
    if count <= others:
        raise BadData(f"{_group_of(dataset)}: every class has {count} rows; {others + 1} parts need more. Add rows.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class with fewer rows than folds is no fault: parts need not hold it
        divider = kind(n_splits=count, shuffle=True, random_state=seed)
        return [test for _, test in divider.split(groups[:, np.newaxis], answers, groups)]


def _group_of(dataset: Dataset) -> str:
    return f"{dataset.source.path}: '{dataset.source.group or 'group'}'"
