"""One data set in three parts, stratified by class, and prepared by what the training part shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.dataset import Dataset, Split, Splits
from zoo.preparation import Preparation, fit_preparation, narrowed
from zoo.rows import recoded
from zoo.scale import Scale
from zoo.task import Task

TRAIN, VALIDATION = 0.6, 0.2
VALIDATION_BESIDE_TEST = 0.25


def split(dataset: Dataset, seed: int = 0) -> Splits:
    """Return 60 % of the rows for training, 20 % for validation and the rest for the test, stratified by class.

    A test set that the data brings is kept; the other rows are then split 75 to 25. Every class has at least one
    training row; quantities are split at random. The preparation, and with it the scale of a quantity, is fitted to
    the training rows only. Raises BadData when a row cannot be prepared.
    """
    train, validation, test = _parts(dataset, seed)
    preparation = narrowed(fit_preparation(dataset.modality, train.x, dataset.columns, dataset.categories))
    if not dataset.classes:
        preparation = replace(preparation, target=Scale.fit(train.y))
    parts = [_prepared(dataset, part, preparation) for part in (train, validation, test)]
    seeded = replace(dataset, source=replace(dataset.source, split_seed=seed))
    return Splits(_task(dataset, preparation, parts[0]), preparation, *parts, seeded)


def _prepared(dataset: Dataset, part: Split, preparation: Preparation) -> Split:
    x, scale = preparation.apply(recoded(dataset, part.x, preparation)), preparation.target
    return Split(x, part.y if scale is None else scale.apply(part.y), scale)


def _task(dataset: Dataset, preparation: Preparation, train: Split) -> Task:
    return Task(dataset.modality, train.x.shape[1:], dataset.classes, preparation.dtype)


def _parts(dataset: Dataset, seed: int) -> tuple[Split, Split, Split]:
    everything = np.arange(len(dataset.y))
    if dataset.x_test is not None and dataset.y_test is not None:
        size = round(VALIDATION_BESIDE_TEST * len(everything))
        train, validation = _divide(dataset, everything, size, seed)
        return _rows(dataset, train), _rows(dataset, validation), Split(dataset.x_test, dataset.y_test)
    size = round(VALIDATION * len(everything))
    rest, test = _divide(dataset, everything, len(everything) - round(TRAIN * len(everything)) - size, seed)
    train, validation = _divide(dataset, rest, size, seed)
    return _rows(dataset, train), _rows(dataset, validation), _rows(dataset, test)


def _divide(dataset: Dataset, rows: np.ndarray, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return indices of the rows to keep and of `size` others; a part has room for one row of each class."""
    from sklearn.model_selection import train_test_split

    size = max(size, len(dataset.classes))
    groups = dataset.y[rows] if dataset.classes else None
    kept, taken = train_test_split(rows, test_size=size, stratify=groups, random_state=seed)
    return kept, taken


def _rows(dataset: Dataset, rows: np.ndarray) -> Split:
    return Split(dataset.x[rows], dataset.y[rows])
