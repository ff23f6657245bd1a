"""How closely two things go together: areas under curves, rank correlations, straight lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def auc(scores: np.ndarray, positives: np.ndarray, negatives: np.ndarray) -> float:
    """Return the area under the ROC curve of `scores` (k,), each given to so many positive and negative rows (k,).

    It is the share of pairs whose positive row has the higher score, ties counting half (Hanley & McNeil 1982); NaN
    where there is no pair.
    """
    distinct, place = np.unique(scores, return_inverse=True)
    of_positives = np.bincount(place, positives, len(distinct))
    of_negatives = np.bincount(place, negatives, len(distinct))
    below = np.cumsum(of_negatives) - of_negatives
    pairs = of_positives.sum() * of_negatives.sum()
    return float((of_positives * (below + of_negatives / 2)).sum() / pairs) if pairs else float("nan")


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each of `values` (rows,), those that are equal sharing the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def spearman(values: np.ndarray, answers: np.ndarray) -> float:
    """Return the rank correlation (Spearman 1904) of two (rows,), without sign, over rows that are not missing."""
    filled = np.isfinite(values)
    if filled.sum() < 2:
        return 0.0
    one, other = ranks(values[filled]), ranks(answers[filled])
    spread = one.std() * other.std()
    return float(abs(np.mean((one - one.mean()) * (other - other.mean())) / spread)) if spread else 0.0


def line_r2(values: np.ndarray, answers: np.ndarray, folds: np.ndarray) -> float:
    """Return the mean over the folds of the R2 of a straight line through all other rows; gaps count as the mean."""
    filled = np.isfinite(values)
    if filled.sum() < 2:
        return 0.0
    scaled = values / (np.abs(values[filled]).max() or 1.0)  # so that no sum of large values overflows
    scaled = np.where(filled, scaled, scaled[filled].mean())
    scores = []
    for fold in np.unique(folds):
        held = folds == fold
        if not held.all():
            slope, start = _line(scaled[~held], answers[~held])
            scores.append(_explained(slope * scaled[held] + start, answers[held]))
    return mean_of(scores, 0.0)


def _line(values: np.ndarray, answers: np.ndarray) -> tuple[float, float]:
    variance = values.var()
    slope = float(np.mean((values - values.mean()) * (answers - answers.mean())) / variance) if variance else 0.0
    return slope, float(answers.mean() - slope * values.mean())


def _explained(guesses: np.ndarray, answers: np.ndarray) -> float:
    variance = answers.var()
    return float(1 - np.mean((guesses - answers) ** 2) / variance) if variance else 0.0


def mean_of(scores: Sequence[float], without: float) -> float:
    """Return the mean of scores, or `without` where there are none."""
    return float(np.mean(scores)) if scores else without
