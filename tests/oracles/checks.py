"""Gradients by hand against central differences, through whole small networks."""

from __future__ import annotations

import numpy as np

from .activations import LEARNED, PIECES
from .differences import differences, relative
from .losses import OF_CLASSES, mean_of
from .networks import Perceptron
from .side_by_side import Case, gradients

ROWS, FEATURES, UNITS, STEPS, CLASSES = 7, 5, 4, 4, 3
SEED = 11


def gradient_error(case: Case) -> float:
    """Return how far the gradient of a small network's loss is from central differences, relative to its norm."""
    random = np.random.default_rng(SEED)
    weights = small_weights(case, random)
    shape = (ROWS, FEATURES) if isinstance(case.network, Perceptron) else (ROWS, STEPS, FEATURES)
    x, y = random.normal(size=shape), small_answers(case, random)
    _, found = gradients(case, weights, x, y)

    def loss_with(place: int, weight: np.ndarray) -> float:
        others = [*weights[:place], weight, *weights[place + 1 :]]
        return mean_of(case.loss, y, case.network.forward(others, x)[0], **case.values)[0]

    sloped = [differences(lambda w, at=place: loss_with(at, w), weight) for place, weight in enumerate(weights)]
    return max(relative(one, other) for one, other in zip(found, sloped, strict=True))


def small_weights(case: Case, random: np.random.Generator) -> list[np.ndarray]:
    """Return random weights of a network of two layers of four units, or of an LSTM of four."""
    outputs = classes_of(case) if case.loss in OF_CLASSES else 1
    if isinstance(case.network, Perceptron):
        made = UNITS * (PIECES if case.network.activation == "maxout" else 1)
        learned = [(UNITS,)] if case.network.activation in LEARNED else []
        hidden = [shape for before in (FEATURES, UNITS) for shape in ((before, made), (made,), *learned)]
        shapes = [*hidden, (UNITS, outputs), (outputs,)]
    else:
        shapes = [(FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,), (UNITS, outputs), (outputs,)]
    return [random.normal(size=shape) for shape in shapes]


def small_answers(case: Case, random: np.random.Generator) -> np.ndarray:
    """Return labels of every class, or quantities."""
    return np.arange(ROWS) % classes_of(case) if case.loss in OF_CLASSES else random.normal(size=ROWS)


def classes_of(case: Case) -> int:
    """Return how many classes there are: two where a loss is for no more."""
    return 2 if case.loss.startswith("binary") else CLASSES
