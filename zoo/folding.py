"""Folds: the rows that are not for the test in K parts, each of which is for validation once (Stone 1974)."""

from __future__ import annotations

import warnings

import numpy as np

from zoo.dataset import Dataset, Places
from zoo.dividing import divided
from zoo.errors import BadValue
from zoo.recipe import require_folds


def folded(dataset: Dataset, seed: int, folds: int, fold: int) -> Places:
    """Return the test rows that there are without folds, part `fold` of the others for validation, the rest to train.

    Parts are stratified by class, and rows of one group share one. Raises BadValue for rows in time, for data that
    brings its validation rows, and where a part, or the training rows beside one, would lack what it needs.
    """
    require_folds(folds)
    _require_free(dataset, folds)
    whole = divided(dataset, seed)
    rest = np.sort(np.concatenate([whole.train, whole.validation]))
    _require_enough(dataset, rest, folds)
    parts = [(np.delete(rest, part), rest[part]) for part in _parts(dataset, rest, folds, seed)]
    for train, validation in parts:
        _require_both(dataset, train, validation, folds)
    return Places(*parts[fold], whole.test, f"{whole.how}, fold {fold + 1} of {folds}")


def _parts(dataset: Dataset, rest: np.ndarray, folds: int, seed: int) -> list[np.ndarray]:
    """Return the places among `rest` of the rows of each part."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    grouped, plain = (StratifiedGroupKFold, StratifiedKFold) if dataset.classes else (GroupKFold, KFold)
    kind, groups = (plain, None) if dataset.groups is None else (grouped, dataset.groups[rest])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes in few groups; what is too few is said below
        made = kind(n_splits=folds, shuffle=True, random_state=seed).split(rest[:, np.newaxis], dataset.y[rest], groups)
        return [validation for _, validation in made]


def _require_free(dataset: Dataset, folds: int) -> None:
    """Raise BadValue where the order of rows, or the data itself, says which are for validation."""
    if dataset.times is not None:
        raise BadValue(
            f"folds is {folds}, but the rows of {dataset.source.path} are ordered by time: a fold would be foretold "
            "from rows after it. Leave out --folds; --repeats trains each trial several times."
        )
    if dataset.validation is not None:
        raise BadValue(
            f"folds is {folds}, but {dataset.source.path} brings its own validation rows. Leave out --folds, or give "
            "the data without that part."
        )


def _require_enough(dataset: Dataset, rest: np.ndarray, folds: int) -> None:
    """Raise BadValue where a class, the groups or all rows are fewer than the folds."""
    counted = [(len(rest), "there are {} rows")]
    if dataset.classes:
        counts = np.bincount(dataset.y[rest], minlength=len(dataset.classes))
        rare = int(counts.argmin())
        counted.append((int(counts[rare]), f"class '{dataset.classes[rare]}' has {{}} rows"))
    if dataset.groups is not None:
        groups = len(np.unique(dataset.groups[rest]))
        counted.append((groups, f"'{dataset.source.group or 'group'}' has {{}} groups"))
    for count, words in counted:
        if count < folds:
            cure = f"Try --folds {count}" if count > 1 else "Leave out --folds"
            raise BadValue(
                f"folds is {folds}, but {words.format(count)} besides the test part in {dataset.source.path}; each "
                f"fold needs one. {cure}, or add rows."
            )


def _require_both(dataset: Dataset, train: np.ndarray, validation: np.ndarray, folds: int) -> None:
    """Raise BadValue where a part is empty, or no training row beside it is of some class or weighs anything."""
    where = f"folds is {folds}, but {dataset.source.path}"
    less = f"Try --folds {folds - 1}" if folds > 2 else "Leave out --folds"
    if not len(validation) or not len(train):
        raise BadValue(f"{where} has groups too uneven for so many parts. {less}.")
    missing = np.setdiff1d(np.arange(len(dataset.classes)), dataset.y[train]) if dataset.classes else ()
    if len(missing):
        name = dataset.classes[missing[0]]
        raise BadValue(f"{where} has all rows of class '{name}' in one group; no other fold could train on it. {less}.")
    if dataset.weights is not None and not dataset.weights[train].any():
        raise BadValue(f"{where} has no weight on the training rows of a fold; some must weigh something. {less}.")
