"""Signs of health: dead and saturated units as NumPy counts them, and only where there are such units."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.training.health import Units


def recipe(**model):
    train = TrainConfig(epochs=1, patience=1, optimizer="sgd", learning_rate=0.05, weight_decay=0.0, batch_size=512)
    return Recipe(Source("digits"), "mlp", {"depth": 1, "units": 16, "dropout": 0.0, **model}, train=train)


def watched(model, x):
    units = Units.of(model)
    values = keras.Model(model.input, [model.output, *units.outputs])(x)[1:]
    return [np.asarray(sign) for sign in units.signs(values)]


def hidden(model, layer, x):
    return np.asarray(keras.Model(model.input, model.get_layer(layer).output)(x))


def test_a_unit_is_dead_when_it_answers_no_row(digits):
    model = build("mlp", digits.task, depth=1, units=16, activation="relu")
    kernel, bias = model.layers[-3].weights
    bias.assign([-1e6] * 5 + [0.0] * 11)
    alive, _ = watched(model, digits.validation.x)
    answers = hidden(model, model.layers[-3].name, digits.validation.x)
    np.testing.assert_array_equal(alive, (answers > 0).any(0))
    assert not alive[:5].any()


def test_a_filter_is_dead_when_it_answers_nowhere(digits):
    model = build("cnn", digits.task, stages=1, filters=4, normalization="none")
    kernel, bias = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)).weights
    bias.assign([-1e6, 0.0, 0.0, 1.0])
    alive, _ = watched(model, digits.validation.x)
    assert alive.shape == (4,)
    assert not alive[0]
    assert alive[3]


def test_a_layer_that_answers_with_several_tensors_is_not_watched():
    rows = keras.Input((5, 3))
    every, last = keras.layers.SimpleRNN(4, return_sequences=True, return_state=True)(rows)
    hidden = keras.layers.Dense(6, "relu")(last)
    found = Units.of(keras.Model(rows, [hidden, every]))
    assert found.bounded == ()
    assert found.outputs == [hidden]


@pytest.mark.parametrize(("activation", "limits"), [("tanh", (-1, 1)), ("sigmoid", (0, 1))])
def test_answers_within_a_hundredth_of_their_limits_are_saturated(digits, activation, limits):
    model = build("mlp", digits.task, depth=1, units=16, activation=activation)
    layer = model.layers[-3]
    layer.kernel.assign(layer.kernel * 8)
    _, share = watched(model, digits.validation.x)
    answers = hidden(model, layer.name, digits.validation.x)
    margin = 0.01 * (limits[1] - limits[0])
    near = (answers < limits[0] + margin) | (answers > limits[1] - margin)
    assert 0 < share < 1
    assert share == pytest.approx(near.mean(), abs=1e-6)


def test_a_model_without_such_units_has_no_such_signs(workspace, digits):
    logs = fit(recipe(activation="elu"), digits, workspace).history[0]
    assert {name for name in logs if name.startswith("health/")} == {"health/gradient_norm", "health/update_ratio"}


def test_a_lively_model_has_few_dead_units(workspace, digits):
    logs = fit(recipe(activation="relu"), digits, workspace).history[0]
    assert 0 <= logs["health/dead_units"] < 0.5
    assert "health/saturated" not in logs
