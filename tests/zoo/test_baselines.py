"""Baselines: fitted on the training part, answering in class order."""

import numpy as np
import pytest

from zoo.baselines import baselines
from zoo.data import load_data
from zoo.dataset import Split, Splits
from zoo.evaluation import evaluate
from zoo.splits import split


@pytest.fixture(scope="module")
def wine():
    return split(load_data("wine"))


@pytest.fixture(scope="module")
def diabetes():
    return split(load_data("diabetes"))


@pytest.fixture(scope="module")
def found(wine):
    return baselines(wine)


@pytest.fixture(scope="module")
def of_quantities(diabetes):
    return baselines(diabetes)


def test_baselines_are_majority_logistic_and_boosting_with_probabilities_as_answers(wine, found):
    assert [baseline.name for baseline in found] == ["majority", "logistic", "boosting"]
    for baseline in found:
        answer = baseline.predict(wine.test.x)
        assert (answer.shape, answer.dtype) == ((35, 3), np.float32)
        np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-6)


def test_majority_answers_the_most_frequent_training_class_and_the_others_learn(wine, found):
    majority, *others = found
    assert set(majority.predict(wine.test.x).argmax(axis=1)) == {np.bincount(wine.train.y).argmax()}
    for baseline in others:
        assert evaluate(baseline, wine.validation).metrics["accuracy"] > 0.9


def test_baselines_answer_the_same_every_time(wine, found):
    for one, two in zip(found, baselines(wine), strict=True):
        np.testing.assert_array_equal(one.predict(wine.test.x), two.predict(wine.test.x))


def test_baselines_take_images_of_bytes():
    images = np.repeat([0, 250], 20).astype(np.uint8)[:, np.newaxis, np.newaxis] * np.ones((1, 4, 4), np.uint8)
    splits = split(load_data((images, np.repeat([0, 1], 20))))
    assert evaluate(baselines(splits)[1], splits.test).metrics["accuracy"] == 1


def test_baselines_of_quantities_are_mean_linear_and_boosting_in_standard_deviations(diabetes, of_quantities):
    assert [baseline.name for baseline in of_quantities] == ["mean", "linear", "boosting"]
    for baseline in of_quantities:
        answer = baseline.predict(diabetes.test.x)
        assert (answer.shape, answer.dtype) == ((len(diabetes.test), 1), np.float32)


def test_the_mean_answers_the_training_rows_mean_and_errs_by_their_deviation(diabetes, of_quantities):
    mean = of_quantities[0]
    np.testing.assert_allclose(mean.predict(diabetes.test.x), 0, atol=1e-6)
    metrics = evaluate(mean, diabetes.train).metrics
    assert metrics["rmse"] == pytest.approx(diabetes.train.scale.deviation, rel=1e-5)
    assert metrics["r2"] == pytest.approx(0, abs=1e-5)


def test_the_linear_baseline_is_the_closed_form_of_ridge_regression(diabetes, of_quantities):
    x, y = diabetes.train.x.astype(np.float64), diabetes.train.y.astype(np.float64)
    centred = x - x.mean(axis=0)
    weights = np.linalg.solve(centred.T @ centred + np.eye(x.shape[1]), centred.T @ (y - y.mean()))
    expected = (diabetes.test.x - x.mean(axis=0)) @ weights + y.mean()
    np.testing.assert_allclose(of_quantities[1].predict(diabetes.test.x)[:, 0], expected, atol=1e-4)


def test_baselines_that_learn_beat_the_mean(diabetes, of_quantities):
    mean, *others = (evaluate(baseline, diabetes.validation).metrics["rmse"] for baseline in of_quantities)
    assert all(rmse < 0.9 * mean for rmse in others)


def test_baselines_take_series_flattened():
    rows = np.linspace(0, 1, 40)[:, np.newaxis, np.newaxis] * np.ones((1, 5, 2), np.float32)
    whole = split(load_data((rows.reshape(40, -1), np.repeat(["low", "high"], 20))))
    parts = [Split(part.x.reshape(-1, 5, 2), part.y) for part in (whole.train, whole.validation, whole.test)]
    series = Splits(whole.task, whole.preparation, *parts, whole.dataset)
    for flat, shaped in zip(baselines(whole), baselines(series), strict=True):
        np.testing.assert_array_equal(flat.predict(whole.test.x), shaped.predict(series.test.x))


def test_baselines_of_texts_see_which_words_occur_not_their_numbers():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 300)
    texts = [" ".join(f"word{2 * place + label}" for place in random.integers(0, 30, 8)) for label in labels]
    splits = split(load_data((texts, labels.astype(str))))
    _, *others = baselines(splits)
    for baseline in others:
        assert evaluate(baseline, splits.test).metrics["accuracy"] > 0.95


def test_rows_sorted_by_class_are_drawn_so_that_each_class_is_learned(monkeypatch):
    from dataclasses import replace

    import zoo.baselines as module

    digits = load_data("digits")
    order = np.argsort(digits.y, kind="stable")
    named = replace(digits, x=digits.x[order], y=digits.y[order], validation=np.arange(0, 1797, 5))
    monkeypatch.setattr(module, "MOST_ROWS", 200)
    splits = split(named)
    (majority, *_) = baselines(splits)
    shares = np.bincount(splits.train.y, minlength=10) / len(splits.train)
    np.testing.assert_allclose(majority.predict(splits.validation.x[:1])[0], shares, atol=0.01)
