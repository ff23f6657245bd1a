"""Histories: every metric of every epoch is what Keras and scikit-learn say, and the best epoch's weights are kept."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import sklearn.metrics
from scipy.special import softmax

from zoo.builders import build
from zoo.dataset import Split
from zoo.metrics import METRICS

from .few import few_rows
from .oracle import by_engine, by_keras, recipe, same

CLASSES = {  # from logits and labels
    "log_loss": lambda logits, y: sklearn.metrics.log_loss(y, softmax(logits, -1), labels=range(logits.shape[1])),
    "accuracy": lambda logits, y: sklearn.metrics.accuracy_score(y, logits.argmax(-1)),
    "balanced_accuracy": lambda logits, y: sklearn.metrics.balanced_accuracy_score(y, logits.argmax(-1)),
}
QUANTITIES = {
    "rmse": lambda answers, y: sklearn.metrics.root_mean_squared_error(y.ravel(), answers.ravel()),
    "mae": lambda answers, y: sklearn.metrics.mean_absolute_error(y.ravel(), answers.ravel()),
    "r2": lambda answers, y: sklearn.metrics.r2_score(y.ravel(), answers.ravel()),
}
BY_KERAS = {
    "log_loss": lambda: keras.metrics.SparseCategoricalCrossentropy(from_logits=True),
    "accuracy": keras.metrics.SparseCategoricalAccuracy,
    "rmse": keras.metrics.RootMeanSquaredError,
    "mae": keras.metrics.MeanAbsoluteError,
    "r2": keras.metrics.R2Score,
}
NEARLY = {"rel": 1e-6, "abs": 1e-6}


@pytest.fixture
def uneven(digits):
    """Digits with 300 images to learn from, whose validation rows are mostly of three classes, and of 4 not at all."""
    rows = digits.validation
    kept = np.flatnonzero((rows.y < 3) | (rows.y > 7) & (np.arange(len(rows)) % 3 == 0))
    few = Split(digits.train.x[:300], digits.train.y[:300])
    return replace(digits, train=few, validation=Split(rows.x[kept], rows.y[kept]))


def answers_of(wanted, splits, weights):
    """Return what a stock model with `weights` answers to the validation rows, float64; quantities in their units."""
    model = build(wanted.builder, splits.task, **wanted.model)
    model.set_weights(weights)
    return model.predict(splits.validation.x, verbose=0).astype("float64")


def in_units(values, scale):
    return values * scale.deviation + scale.mean


def judged(ours, wanted, splits):
    """Return each epoch's answers and the targets that they are compared with."""
    scale, y = splits.validation.scale, splits.validation.y
    answers = [answers_of(wanted, splits, weights) for weights in ours.weights[1:]]
    if scale is None:
        return answers, y
    return [in_units(found, scale) for found in answers], in_units(y.reshape(len(y), -1).astype("float64"), scale)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.parametrize("builder", ["mlp", pytest.param("cnn", marks=pytest.mark.slow)])
def test_every_metric_of_classes_is_that_of_scikit_learn_and_keras(workspace, uneven, builder):
    wanted = recipe(builder, epochs=4, learning_rate=0.02, dropout=0.3)
    ours = by_engine(wanted, uneven, workspace)
    answers, labels = judged(ours, wanted, uneven)
    assert CLASSES.keys() == METRICS["classification"].keys()
    for logs, logits in zip(ours.history, answers, strict=True):
        for name, metric in CLASSES.items():
            assert logs[f"val/{name}"] == pytest.approx(metric(logits, labels), **NEARLY), name
        for name in CLASSES.keys() & BY_KERAS.keys():
            assert logs[f"val/{name}"] == pytest.approx(float(BY_KERAS[name]()(labels, logits)), **NEARLY), name
    assert len({logs["val/accuracy"] - logs["val/balanced_accuracy"] for logs in ours.history}) > 1


@pytest.mark.parametrize("kind", ["diabetes", "forecast"])
def test_every_metric_of_quantities_is_that_of_scikit_learn_and_keras(workspace, digits, diabetes, kind):
    splits = diabetes if kind == "diabetes" else few_rows(digits, "series", classes=0, horizon=4)
    wanted = recipe("mlp", epochs=3, learning_rate=3e-3, dropout=0.3)
    ours = by_engine(wanted, splits, workspace)
    assert QUANTITIES.keys() == METRICS["regression"].keys()
    answers, targets = judged(ours, wanted, splits)
    for logs, found in zip(ours.history, answers, strict=True):
        for name, metric in QUANTITIES.items():
            assert logs[f"val/{name}"] == pytest.approx(metric(found, targets), **NEARLY), name
            said = BY_KERAS[name]()(targets.reshape(-1, 1), found.reshape(-1, 1))
            assert logs[f"val/{name}"] == pytest.approx(float(said), rel=1e-5, abs=1e-5), name  # float32 sums


@pytest.mark.parametrize("balance", [{}, {"class_weight": "balanced"}], ids=["plain", "balanced"])
def test_the_history_of_classes_is_that_of_keras_fit(workspace, uneven, balance):
    wanted = recipe("mlp", learning_rate=0.01, **balance)
    ours = by_engine(wanted, uneven, workspace)
    theirs = by_keras(wanted, uneven, ours.weights[0], watched=True)
    names = {"train/log_loss": "loss", "train/accuracy": "accuracy"}
    names |= {"val/log_loss": "val_loss", "val/accuracy": "val_accuracy"}
    for one, other in zip(ours.history, theirs.history, strict=True):
        found, expected = ([logs[name] for name in side] for logs, side in ((one, names), (other, names.values())))
        assert found == pytest.approx(expected, rel=2e-6), one  # Keras adds up in float32


def test_the_history_of_quantities_is_that_of_keras_fit(workspace, diabetes):
    wanted, deviation = recipe("mlp", learning_rate=3e-3), diabetes.train.scale.deviation
    ours = by_engine(wanted, diabetes, workspace)
    theirs = by_keras(wanted, diabetes, ours.weights[0], watched=True)
    for one, other in zip(ours.history, theirs.history, strict=True):
        assert one["train/rmse"] == pytest.approx(other["loss"] ** 0.5 * deviation, rel=2e-6)
        assert one["val/rmse"] == pytest.approx(other["val_loss"] ** 0.5 * deviation, rel=2e-6)
        assert one["val/mae"] == pytest.approx(other["val_mae"] * deviation, rel=2e-6)


@pytest.mark.parametrize("monitor", ["accuracy", "balanced_accuracy"])
def test_the_weights_kept_are_to_the_bit_those_of_the_best_epoch(workspace, uneven, monitor):
    wanted = recipe("mlp", epochs=12, learning_rate=0.03, dropout=0.5, monitor=monitor)
    ours = by_engine(wanted, uneven, workspace)
    ranked = [(-logs[f"val/{monitor}"], logs["val/log_loss"], epoch) for epoch, logs in enumerate(ours.history, 1)]
    best = min(ranked)[2]
    assert best < len(ours.history) == 12
    assert ours.trained.epoch == best
    assert same(ours.trained.weights, ours.weights[best])
