"""Paired: how a file's answers to the very same rows are better or worse than its source's, beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoo.dataset import Split
from zoo.evaluation import Z_95

ADDED = 0.5  # of a row, to each cell of the table of rows right before and after


@dataclass(frozen=True)
class ClassChange:
    """A class by its name, how many rows it has, and by how much the share of them recognised has changed."""

    name: str
    rows: int
    recall_change: float


def change_interval(metric: str, before: np.ndarray, after: np.ndarray, split: Split) -> tuple[float, float] | None:
    """Return the 95 % interval of the gain in `metric` from answers `before` to those `after`, to the same rows.

    It is of accuracy, balanced_accuracy, rmse or mae; gains in errors are in standard deviations of the target. None
    where one row alone tells nothing.
    """
    if split.scale is None:
        labels = split.y if metric == "balanced_accuracy" else np.zeros_like(split.y)
        return shares_interval(*(answers.argmax(axis=1) == split.y for answers in (before, after)), labels)
    errors = [answers.reshape(split.y.shape).astype(np.float64) - split.y for answers in (before, after)]
    return errors_interval(metric, *(one.reshape(len(split), -1) for one in errors))


def shares_interval(before: np.ndarray, after: np.ndarray, strata: np.ndarray) -> tuple[float, float]:
    """Return the interval of the change in the mean over the `strata` of the share of rows that are right.

    `before` and `after` say of each row whether it is right, as McNemar's (1947) test counts them: only rows that
    changed matter. Half a row is added to each cell of his table, so that rows all alike leave room for doubt
    (Agresti and Min 2005, Statistics in Medicine 24, 729-740); several strata share that half.
    """
    names = np.unique(strata)
    changes = [_change(before[strata == name], after[strata == name], ADDED / len(names)) for name in names]
    mean = sum(change for change, _ in changes) / len(names)
    half = Z_95 * math.sqrt(sum(variance for _, variance in changes)) / len(names)
    return max(-1.0, mean - half), min(1.0, mean + half)


def errors_interval(metric: str, before: np.ndarray, after: np.ndarray) -> tuple[float, float] | None:
    """Return the interval of the fall in `metric`, mae or rmse, from errors `before` to those `after`, (rows, steps).

    Rows are drawn independently, the steps of one are not. The root of rmse is taken as straight near its value (the
    delta method).
    """
    rows = len(before)
    if rows < 2:
        return None
    if metric == "mae":
        falls = np.abs(before).mean(axis=1) - np.abs(after).mean(axis=1)
        centre = float(falls.mean())
    else:
        squares = [np.square(errors).mean(axis=1) for errors in (before, after)]
        roots = [math.sqrt(one.mean()) for one in squares]
        parts = [one / (2 * root) if root else one for one, root in zip(squares, roots, strict=True)]
        falls, centre = parts[0] - parts[1], roots[0] - roots[1]
    half = Z_95 * float(falls.std(ddof=1)) / math.sqrt(rows)
    return centre - half, centre + half


def worst_class(
    before: np.ndarray, after: np.ndarray, labels: np.ndarray, classes: Sequence[str] = ()
) -> ClassChange | None:
    """Return the class that lost the largest share of its recognised rows; None where none lost any.

    `before` and `after` are probabilities (rows, classes), `classes` their names.
    """
    lost: dict[int, float] = {}
    for label in np.unique(labels).tolist():
        recalls = [np.mean(answers[labels == label].argmax(axis=1) == label) for answers in (before, after)]
        lost[label] = float(recalls[1] - recalls[0])
    worst = min(lost, key=lost.__getitem__)
    if lost[worst] >= 0:
        return None
    name = classes[worst] if classes else str(worst)
    return ClassChange(name, int(np.sum(labels == worst)), lost[worst])


def _change(before: np.ndarray, after: np.ndarray, added: float) -> tuple[float, float]:
    """Return the change in a share of rows that are right, with `added` rows in each cell, and its variance."""
    rows = len(before) + 4 * added
    gained, lost = np.sum(after & ~before) + added, np.sum(before & ~after) + added
    change = float(gained - lost) / rows
    return change, (float(gained + lost) / rows - change**2) / rows
