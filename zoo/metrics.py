"""Metrics of class probabilities (rows, classes) against labels (rows,), in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

SMALL_SHARE = 0.2
LEAST = 1e-7  # about float32's resolution, for every dtype alike: figures of files and of training must compare


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of rows whose most probable class is the right one."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def balanced_accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean over the classes that occur of the share of their rows that were recognised."""
    correct = probabilities.argmax(axis=1) == labels
    return float(np.mean([correct[labels == label].mean() for label in np.unique(labels)]))


def log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of -ln(probability of the right class), in nats, no probability taken for less than 1e-7."""
    right = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(right, LEAST, 1 - LEAST)).mean())


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "log_loss": log_loss,
}


def default_goal(labels: np.ndarray, classes: Sequence[str]) -> str:
    """Return `balanced_accuracy` where the smallest class has under a fifth of its fair share, else `accuracy`."""
    return "balanced_accuracy" if smallest_share(labels, classes) < SMALL_SHARE else "accuracy"


def smallest_share(labels: np.ndarray, classes: Sequence[str]) -> float:
    """Return the rows of the smallest class as a part of its fair share, rows / classes."""
    return float(np.bincount(labels, minlength=len(classes)).min() * len(classes) / len(labels))
