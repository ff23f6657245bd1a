"""Baselines: fitted on the training part, answering in class order."""

import numpy as np
import pytest

from zoo.baselines import baselines
from zoo.data import load_data
from zoo.evaluation import evaluate
from zoo.splits import split


@pytest.fixture(scope="module")
def wine():
    return split(load_data("wine"))


@pytest.fixture(scope="module")
def found(wine):
    return baselines(wine)


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
