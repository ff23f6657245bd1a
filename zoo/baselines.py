"""Models to be humble about: scikit-learn's and plain rules, fitted on the same training rows in a second or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.bags import on_bags
from zoo.dataset import Splits
from zoo.repeating import repeating

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin, RegressorMixin

    from zoo.task import Task

# Friedman's boosting (2001) on histograms, with few and small trees
_BOOSTING = {"learning_rate": 0.2, "max_iter": 40, "max_leaf_nodes": 15, "early_stopping": False, "random_state": 0}
MOST_ROWS = 20_000  # more training rows would cost minutes on image data; a baseline is a yardstick
MOST_NUMBERS = 40_000_000  # in these rows: 160 MB
SEED = 0


@dataclass(frozen=True)
class Baseline:
    """A fitted scikit-learn estimator that answers as every model here does."""

    name: str
    estimator: ClassifierMixin | RegressorMixin
    task: Task

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32, classes in the task's order."""
        if self.task.kind == "regression":
            return self.estimator.predict(_flat(x)).astype(np.float32).reshape(len(x), -1)
        probabilities = np.zeros((len(x), self.task.outputs), np.float32)
        probabilities[:, self.estimator.classes_] = self.estimator.predict_proba(_flat(x))
        return probabilities


def baselines(splits: Splits) -> tuple[Baseline, ...]:
    """Return what always answers the same, a linear model and boosting, fitted to at most 20,000 training rows.

    More rows, or rows of more than 40 million numbers together, are drawn, each class with its share; of rows in time
    the latest are taken.

    For classes these are called majority, logistic and boosting; for quantities mean, linear and boosting; for
    forecasts naive, seasonal_naive where a season is evident, linear and boosting. Of texts they see how often each
    token occurs.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # two OpenMP threads double the CPU time and finish no sooner; on busy cores far later
        is_forecast = "lookback" in splits.dataset.facts
        estimators = _forecasters(splits) if is_forecast else _ESTIMATORS[splits.task.kind]()
        tokens = splits.task.vocabulary
        asked = {name: on_bags(name, one, tokens) for name, one in estimators.items()} if tokens else estimators
        chosen = _chosen(splits)
        x, y = _flat(splits.train.x[chosen]), splits.train.y[chosen]
        return tuple(Baseline(name, estimator.fit(x, y), splits.task) for name, estimator in asked.items())


def _chosen(splits: Splits) -> Any:
    """Return which training rows are fitted to."""
    train, in_time = splits.train, splits.dataset.times is not None
    most = max(1, min(MOST_ROWS, MOST_NUMBERS // max(int(np.prod(splits.task.input_shape)), 1)))
    if len(train) <= most or in_time:
        return slice(-most, None)
    shuffled = np.random.default_rng(SEED).permutation(len(train))
    by_answer = shuffled[np.argsort(train.y[shuffled], kind="stable")]
    return np.sort(by_answer[np.arange(most) * len(train) // most])


def _classifiers() -> dict[str, Any]:
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    return {
        "majority": DummyClassifier(strategy="prior"),
        "logistic": LogisticRegression(max_iter=500, tol=1e-3),
        "boosting": HistGradientBoostingClassifier(**_BOOSTING),
    }


def _regressors() -> dict[str, Any]:
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge

    return {
        "mean": DummyRegressor(strategy="mean"),
        "linear": Ridge(alpha=1.0),  # least squares alone explodes where one-hot columns add up to one
        "boosting": HistGradientBoostingRegressor(**_BOOSTING),
    }


def _forecasters(splits: Splits) -> dict[str, Any]:
    """Return rules that repeat what was seen, and the regressors, of which boosting learns step by step."""
    from sklearn.multioutput import MultiOutputRegressor

    found = _regressors()
    if splits.task.horizon > 1:
        found["boosting"] = MultiOutputRegressor(found["boosting"])
    rules = repeating(splits)
    return {**rules, **{name: one for name, one in found.items() if name != "mean" or not rules}}


_ESTIMATORS = {"classification": _classifiers, "regression": _regressors}


def _flat(x: np.ndarray) -> np.ndarray:
    rows = x.reshape(len(x), -1)
    return rows.astype(np.float32) / 255 if x.dtype == np.uint8 else rows
