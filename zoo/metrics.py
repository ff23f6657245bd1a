"""What answers are worth: class probabilities against labels, quantities against quantities, in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from zoo.dataset import Split

Metric = Callable[[np.ndarray, np.ndarray], float]

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


def rmse(answers: np.ndarray, targets: np.ndarray) -> float:
    """Return the root of the mean squared error of answers of any shape, in the target's units."""
    return float(np.sqrt(np.mean(np.square(answers - targets, dtype=np.float64))))


def mae(answers: np.ndarray, targets: np.ndarray) -> float:
    """Return the mean absolute error of answers of any shape, in the target's units."""
    return float(np.mean(np.abs(answers - targets), dtype=np.float64))


def r2(answers: np.ndarray, targets: np.ndarray) -> float:
    """Return the share of the targets' variance that answers explain: 1 - squared error / variance.

    0 is what answering the mean is worth; constant targets give 0 too. The steps of a forecast count alike, all as
    deviations from one mean.
    """
    variance = float(np.var(targets, dtype=np.float64))
    return 1 - rmse(answers, targets) ** 2 / variance if variance else 0.0


METRICS: Mapping[str, Mapping[str, Metric]] = {
    "classification": {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy, "log_loss": log_loss},
    "regression": {"rmse": rmse, "mae": mae, "r2": r2},
}


def measure(answers: np.ndarray, split: Split) -> dict[str, float]:
    """Return every metric of prepared answers (rows, outputs) to `split`; those of quantities in their own units.

    Forecasts of several steps are measured over all of them.
    """
    truth: np.ndarray = split.y
    if split.scale is not None:
        answers, truth = split.scale.undo(answers.reshape(truth.shape)), split.scale.undo(truth)
    return {name: metric(answers, truth) for name, metric in METRICS[split.kind].items()}


def default_goal(labels: np.ndarray, classes: Sequence[str], forecast: bool = False) -> str:
    """Return `rmse` of quantities, `mae` of a forecast, `accuracy` of classes, `balanced_accuracy` where one is rare.

    Rare is less than a fifth of its fair share of the rows.
    """
    if not classes:
        return "mae" if forecast else "rmse"
    return "balanced_accuracy" if smallest_share(labels, classes) < SMALL_SHARE else "accuracy"


def smallest_share(labels: np.ndarray, classes: Sequence[str]) -> float:
    """Return the rows of the smallest class as a part of its fair share, rows / classes."""
    return float(np.bincount(labels, minlength=len(classes)).min() * len(classes) / len(labels))
