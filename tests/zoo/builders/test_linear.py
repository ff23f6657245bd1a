"""Linear models against NumPy, and against what logistic and linear regression find."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.dataset import Split, Splits
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.scale import Scale
from zoo.task import Task
from zoo.training.fitting import fit

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(6,), (4, 3), (3, 3, 2)])
def test_all_numbers_of_a_row_go_into_one_dense_layer(shape):
    modality = {1: "table", 2: "series", 3: "image"}[len(shape)]
    model = build("linear", Task(modality, shape, ("a", "b", "c")), initializer="he_normal")
    (kernel, bias), x = model.get_weights(), RANDOM.normal(size=(5, *shape))
    expected = x.reshape(5, -1) @ kernel + bias
    np.testing.assert_allclose(model.predict(x.astype("float32"), verbose=0), expected, atol=1e-5)


def test_a_text_answers_by_the_mean_over_its_words():
    model = build("linear", Task("text", (5,), ("a", "b"), "int32", vocabulary=9), initializer="glorot_uniform")
    table, kernel, bias = (weight.astype("float64") for weight in model.get_weights())
    assert table.shape == (9, 2)
    words = np.array([[3, 4, 8, 0, 0]], "int32")
    np.testing.assert_allclose(
        model.predict(words, verbose=0), table[[3, 4, 8]].mean(axis=0) @ kernel + bias[np.newaxis], atol=1e-6
    )


def test_it_starts_from_zeros_and_so_with_equal_chances():
    model = build("linear", Task("table", (6,), ("a", "b")))
    assert not np.any(model.predict(RANDOM.normal(size=(3, 6)).astype("float32"), verbose=0))


def test_least_squares_are_found(workspace, digits):
    x = RANDOM.normal(size=(300, 4)).astype("float32")
    y = (x @ [1.0, -2.0, 0.5, 0.0] + 0.3 + 0.1 * RANDOM.normal(size=300)).astype("float32")
    rows = Split(x, y, Scale(0.0, 1.0))
    splits = Splits(Task("table", (4,)), digits.preparation, rows, rows, rows, digits.dataset)
    train = TrainConfig(epochs=60, learning_rate=0.02, weight_decay=0.0)
    trained = fit(Recipe(Source("digits"), "linear", train=train), splits, workspace)
    exact, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(300)]).astype("float64"), y, rcond=None)
    np.testing.assert_allclose(np.append(*trained.weights), exact, atol=0.05)


def test_digits_are_learned_about_as_well_as_by_logistic_regression(workspace, digits):
    trained = fit(Recipe(Source("digits"), "linear", train=TrainConfig(learning_rate=5e-3)), digits, workspace)
    assert evaluate(trained, digits.validation).metrics["accuracy"] > 0.93
