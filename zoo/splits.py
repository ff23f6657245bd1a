"""One data set in three parts, none of which knows of another, prepared by what the training part shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from zoo.dataset import Dataset, Places, Split, Splits
from zoo.dividing import divided
from zoo.folding import folded
from zoo.lazy import LazyRows, chunks_of, on_disk
from zoo.plans import fit_preparation, narrowed
from zoo.preparation import Preparation
from zoo.preparation.level import Level
from zoo.rows import recoded
from zoo.scale import Scale
from zoo.task import Task


def split(
    dataset: Dataset,
    seed: int = 0,
    preparation: Mapping[str, Any] | None = None,
    folds: int | None = None,
    fold: int = 0,
) -> Splits:
    """Return 60 % of the rows for training, 20 % for validation and the rest for the test, and what prepared them.

    The parts are as the data brings them, by time, by group, or stratified by class, in this order of preference.
    With `folds` the rows that are not for the test are parted into so many: part `fold`, counted from 0, is for
    validation, all others for training. `preparation` are the values of `preparation.*`; what they fit, and the scale
    of a quantity, is fitted to the training rows only. Raises BadData when a row cannot be prepared or the groups do
    not make three parts, BadValue where there cannot be so many folds.
    """
    places = divided(dataset, seed) if folds is None else folded(dataset, seed, folds, fold)
    known = dataset.x[places.train]
    fitted = narrowed(fit_preparation(dataset, known, preparation))
    if not dataset.classes:
        level = next((step.of for step in fitted.steps if isinstance(step, Level)), "none")
        fitted = replace(fitted, target=Scale.fit(dataset.y[places.train], known, level))
    seeded = replace(dataset, source=replace(dataset.source, split_seed=seed, folds=folds, fold=fold))
    train, validation, test = _parts(dataset, places, fitted)
    return Splits(_task(dataset, fitted, train), fitted, train, validation, test, seeded, places)


def _parts(dataset: Dataset, places: Places, fitted: Preparation) -> tuple[Split, Split, Split]:
    own = [_part(dataset, dataset.x, dataset.y, chosen, fitted) for chosen in (places.train, places.validation)]
    weights = None if dataset.weights is None else dataset.weights[places.train].astype(np.float32)
    train, validation = replace(own[0], weights=weights), own[1]
    if places.test is not None:
        return train, validation, _part(dataset, dataset.x, dataset.y, places.test, fitted)
    return train, validation, _part(dataset, dataset.x_test, dataset.y_test, slice(None), fitted)


def _part(dataset: Dataset, x: Any, y: Any, chosen: Any, fitted: Preparation) -> Split:
    rows = x[chosen]
    found = prepared(lambda some: fitted.apply(recoded(dataset, some, fitted)), rows)
    scale = fitted.target and fitted.target.of(rows)
    return Split(found, y[chosen] if scale is None else scale.apply(y[chosen]), scale)


def prepared(apply: Callable[[np.ndarray], np.ndarray], rows: np.ndarray | LazyRows) -> np.ndarray:
    """Return rows as `apply` prepares them; of rows on the disk, mapped from a file there that goes when they do."""
    if not isinstance(rows, LazyRows):
        return apply(rows)
    mapped, at = None, 0
    for chunk in chunks_of(rows):
        found = apply(chunk)
        if mapped is None:
            mapped = on_disk((len(rows), *found.shape[1:]), found.dtype)
        mapped[at : at + len(chunk)] = found
        at += len(chunk)
    return apply(rows.read()) if mapped is None else mapped


def _task(dataset: Dataset, fitted: Preparation, train: Split) -> Task:
    return Task(dataset.modality, train.x.shape[1:], dataset.classes, fitted.dtype, dataset.horizon, fitted.vocabulary)
