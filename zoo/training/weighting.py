"""How much rows count and how often they are visited: row weights, class weights, the order of an epoch."""

from __future__ import annotations

import numpy as np

from zoo.errors import BadData, BadValue
from zoo.recipe import TrainConfig


def normalised(weights: np.ndarray) -> np.ndarray:
    """Return `weights` (rows,) in float32 with mean 1, so that no setting depends on their unit.

    Raises BadData when they add up to nothing.
    """
    mean = float(np.mean(weights, dtype=np.float64))
    if not mean > 0 or not np.isfinite(mean):
        raise BadData(f"the weights of the training rows have mean {mean:g}; it must be above 0. Correct that column.")
    return (weights / mean).astype("float32")


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return a weight a class, n / (k n_c) (King 2001): all classes weigh alike, and the mean over the rows is 1."""
    counts = np.bincount(labels, minlength=classes)
    return len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def require_classes(train: TrainConfig, kind: str) -> None:
    """Raise BadValue when `train` balances classes and quantities are learned."""
    for name, plain in (("class_weight", "none"), ("sampling", "shuffle")):
        value = getattr(train, name)
        if kind == "regression" and value != plain:
            raise BadValue(f"train.{name} is {value}; quantities have no classes to balance. Try {plain}.")


def epoch_order(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the order in which `epoch` visits the training rows: it follows from the seed and the epoch alone."""
    return np.random.default_rng((seed, epoch)).permutation(rows).astype("int32")


def balanced_order(seed: int, epoch: int, labels: np.ndarray) -> np.ndarray:
    """Return as many visits as there are `labels`, to each class as often as to any other, but for the remainder.

    No row is visited again before all others of its class were, as often as that. It follows from the seed, the
    epoch and the labels alone.
    """
    random = np.random.default_rng((seed, epoch))
    of_classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    quotas = np.full(len(of_classes), len(labels) // len(of_classes))
    quotas[random.permutation(len(quotas))[: len(labels) - quotas.sum()]] += 1
    visits = [_drawn(places, quota, random) for places, quota in zip(of_classes, quotas, strict=True)]
    return random.permutation(np.concatenate(visits)).astype("int32")


def _drawn(places: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    rounds = [random.permutation(places) for _ in range(-(-int(count) // len(places)))]
    return np.concatenate([*rounds, places[:0]])[:count]
