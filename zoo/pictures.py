"""What augmentation makes of a data set: some of its training rows before and after, on one sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from zoo.augmentations import augmentation_layers, augmentations_for, checked_strengths, needed_facts, strength_of
from zoo.dataset import Split, Splits
from zoo.sheets import require_drawable, sheet

MOST = 10  # rows on a sheet


def pictures_of(splits: Splits, strengths: Mapping[str, float] | None = None) -> bytes:
    """Return a PNG of training rows, one of each class, as prepared and as each augmentation leaves them.

    `strengths` names the augmentations; without it all that suit the data are shown, at their usual strengths. Each
    draws by the seed 0. Raises Unsupported for tables and text, UnknownName and BadValue for wrong strengths.
    """
    task = splits.task
    require_drawable(task.modality)
    shown = checked_strengths(_usual(splits) if strengths is None else strengths, task)
    x, captions = _examples(splits.train, task.classes)
    after = {f"{name} {strength:g}": _changed(x, name, strength, splits) for name, strength in shown.items()}
    return sheet(x, after, captions, task.modality)


def _usual(splits: Splits) -> dict[str, float]:
    names = augmentations_for(splits.task.modality, splits.task.kind)
    return {name: strength_of(name).default for name in names}


def _examples(rows: Split, classes: tuple[str, ...]) -> tuple[np.ndarray, list[str]]:
    """Return rows that stand for all, and what they are: the first of each class, or at even steps of a quantity."""
    y = rows.y
    if classes:
        places = np.array([np.argmax(y == index) for index in range(len(classes)) if (y == index).any()][:MOST])
        return rows.x[places], [classes[y[place]] for place in places]
    quantities = rows.scale.undo(y).reshape(len(y), -1)[:, 0]
    order = np.argsort(quantities, kind="stable")
    places = order[np.unique(np.linspace(0, len(order) - 1, MOST).astype(int))]
    return rows.x[places], [f"{quantities[place]:.4g}" for place in places]


def _changed(x: np.ndarray, name: str, strength: float, splits: Splits) -> np.ndarray:
    """Return the rows as one augmentation leaves them; of rows that it mixes, the mixtures."""
    (layer,) = augmentation_layers({name: strength}, needed_facts([name], splits))
    found: Any = layer(np.asarray(x), training=True)
    return np.asarray(found[0] if isinstance(found, tuple) else found)
