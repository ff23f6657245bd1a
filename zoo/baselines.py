"""Models to be humble about: scikit-learn's, fitted on the same training rows in a second or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.dataset import Split, Splits

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

MOST_ROWS = 20_000  # more training rows would cost minutes on image data; a baseline is a yardstick


@dataclass(frozen=True)
class Baseline:
    """A fitted scikit-learn classifier that answers as every model here does."""

    name: str
    estimator: ClassifierMixin
    outputs: int

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return class probabilities of prepared rows, (rows, classes) float32, in the task's class order."""
        probabilities = np.zeros((len(x), self.outputs), np.float32)
        probabilities[:, self.estimator.classes_] = self.estimator.predict_proba(_flat(x))
        return probabilities


def baselines(splits: Splits) -> tuple[Baseline, ...]:
    """Return majority, logistic regression and boosting, fitted to at most 20,000 rows of the training part."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # two OpenMP threads double the CPU time and finish no sooner; on busy cores far later
        return tuple(_fitted(name, estimator, splits) for name, estimator in _estimators().items())


def _fitted(name: str, estimator: Any, splits: Splits) -> Baseline:
    part = Split(splits.train.x[:MOST_ROWS], splits.train.y[:MOST_ROWS])
    return Baseline(name, estimator.fit(_flat(part.x), part.y), splits.task.outputs)


def _estimators() -> dict[str, Any]:
    """Return the unfitted classifiers; boosting is Friedman's (2001) on histograms, with few and small trees."""
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    return {
        "majority": DummyClassifier(strategy="prior"),
        "logistic": LogisticRegression(max_iter=500, tol=1e-3),
        "boosting": HistGradientBoostingClassifier(
            learning_rate=0.2, max_iter=40, max_leaf_nodes=15, early_stopping=False, random_state=0
        ),
    }


def _flat(x: np.ndarray) -> np.ndarray:
    rows = x.reshape(len(x), -1)
    return rows.astype(np.float32) / 255 if x.dtype == np.uint8 else rows
