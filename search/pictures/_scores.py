"""Curves of scores over thresholds, in NumPy: what probabilities are worth whatever they are cut at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BINS = 10  # of confidence, of one width


class Curve(NamedTuple):
    """Points of a curve, and the area below it."""

    x: np.ndarray
    y: np.ndarray
    area: float


class Reliability(NamedTuple):
    """Bins of confidence that hold rows: mean confidence, share that is right and share of the rows; and the ECE."""

    confidence: np.ndarray
    accuracy: np.ndarray
    share: np.ndarray
    error: float


def roc(truth: np.ndarray, scores: np.ndarray) -> Curve:
    """Return the false positive rate against the true positive rate, and the area below (Fawcett 2006).

    `truth` (rows,) bool, `scores` (rows,), of which more means true; rows of equal scores are one point.
    """
    true, false = _counts(truth, scores)
    x, y = false / max(1, false[-1]), true / max(1, true[-1])
    return Curve(x, y, float(np.trapezoid(y, x)))


def precision_recall(truth: np.ndarray, scores: np.ndarray) -> Curve:
    """Return recall against precision, and the average precision: the sum of precisions by the recall they add.

    Precision at recall 0, where nothing is said, is that of the first threshold.
    """
    true, false = (part[1:] for part in _counts(truth, scores))
    recall, precision = true / max(1, true[-1]), true / (true + false)
    area = float((np.diff(recall, prepend=0.0) * precision).sum())
    return Curve(np.append(0.0, recall), np.append(precision[0], precision), area)


def reliability(answers: np.ndarray, truth: np.ndarray) -> Reliability:
    """Return how often the said class is right by how sure the answer is (Guo 2017, arXiv 1706.04599).

    `answers` (rows, classes) probabilities, `truth` (rows,) places of classes. The expected calibration error is the
    mean distance between both over the bins, weighted by their rows.
    """
    confidence, right = answers.max(axis=1), answers.argmax(axis=1) == truth
    places = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    rows = np.bincount(places, minlength=BINS)
    held = rows > 0
    sums = (np.bincount(places, part, BINS)[held] for part in (confidence, right))
    mean, accuracy = (total / rows[held] for total in sums)
    share = rows[held] / len(truth)
    return Reliability(mean, accuracy, share, float((share * np.abs(accuracy - mean)).sum()))


def _counts(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many true and false rows score at least as much as each threshold, from none to all."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    true = np.cumsum(truth[order])[ends]
    return np.append(0, true), np.append(0, ends + 1 - true)
