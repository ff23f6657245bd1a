"""Wide and deep against NumPy: three ways from the columns to the scores, added up."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.dataset import Split, Splits
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.training.fitting import fit

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

TABLE = Task("table", (6,), ("a", "b", "c"))
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("crosses", [0, 4])
def test_scores_are_the_sum_of_a_linear_model_of_crosses_and_of_a_perceptron(crosses):
    model = build("wide_deep", TABLE, depth=2, units=8, crosses=crosses)
    for weight in model.weights:
        weight.assign(RANDOM.normal(size=weight.shape))
    weights = {layer.name: [one.astype("float64") for one in layer.get_weights()] for layer in model.layers}
    x = RANDOM.normal(size=(5, 6))
    expected = x @ weights["wide"][0] + weights["wide"][1]
    products = [found[0] for found in weights.values() if found and found[0].shape == (6, 4)]
    if crosses:
        expected += ((x @ products[0]) * (x @ products[1])) @ weights["crossed"][0]
    hidden = x
    for kernel, bias in (found for found in weights.values() if len(found) == 2 and len(found[1]) == 8):
        hidden = np.maximum(hidden @ kernel + bias, 0)
    expected += hidden @ weights["deep"][0]
    assert len(products) == 2 * bool(crosses)
    np.testing.assert_allclose(model.predict(x.astype("float32"), verbose=0), expected, rtol=1e-4, atol=1e-4)


def test_before_training_the_deep_layers_alone_answer():
    model = build("wide_deep", TABLE, initializer="orthogonal")
    layers = {layer.name: layer for layer in model.layers}
    scores = keras.Model(model.input, [model.output, layers["deep"].output])
    whole, deep = scores(RANDOM.normal(size=(5, 6)).astype("float32"))
    np.testing.assert_array_equal(whole, deep)
    assert np.abs(deep).max() > 0.1


def test_crosses_learn_what_no_sum_of_columns_tells(workspace, digits):
    x = RANDOM.choice([0.0, 1.0], (600, 6)).astype("float32")
    y = (x[:, 0] == x[:, 3]).astype("int32")  # exclusive or
    rows = Split(x, y)
    splits = Splits(Task("table", (6,), ("a", "b")), digits.preparation, rows, rows, rows, digits.dataset)
    train = TrainConfig(epochs=40, learning_rate=2e-2, weight_decay=0.0)
    scores = [
        evaluate(fit(Recipe(Source("digits"), name, values, train=train), splits, workspace), rows).metrics["accuracy"]
        for name, values in (("linear", {}), ("wide_deep", {"units": 8, "depth": 1, "dropout": 0.0}))
    ]
    assert scores[0] < 0.7
    assert scores[1] > 0.95
