"""Signs of health: dead and saturated units as NumPy counts them, gradient norm and steps as Keras takes them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders import build
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.training.health import Units

RATE = 0.05


def recipe(**model):
    train = TrainConfig(epochs=1, patience=1, optimizer="sgd", learning_rate=RATE, weight_decay=0.0, batch_size=512)
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


def test_the_last_steps_gradient_and_length_are_those_of_keras(workspace, digits):
    """Batches of 512 from 1,078 rows: the last step is the third, on 54 rows."""
    wanted = recipe(activation="tanh")
    norms, ratios = [], []
    program = workspace.program(wanted, digits.task)
    trained = fit(wanted, digits, workspace)
    start = fit_start(program, wanted)
    model = build("mlp", digits.task, **wanted.model)
    model.set_weights(start)
    for x, y in batches(wanted, digits):
        with tf.GradientTape() as tape:
            scores = model(x, training=True)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, scores)
        gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
        norms.append(float(tf.linalg.global_norm(gradients)))
        length = float(tf.linalg.global_norm([weight.value for weight in model.trainable_weights]))
        ratios.append(RATE * norms[-1] / length)
        for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
            weight.assign_sub(RATE * gradient)
    logs = trained.history[0]
    assert logs["health/gradient_norm"] == pytest.approx(np.mean(norms), rel=1e-5)
    assert logs["health/update_ratio"] == pytest.approx(ratios[-1], rel=1e-4)


def fit_start(program, wanted):
    live = {"dropout": 0.0, "learning_rate": RATE, "weight_decay": 0.0, "l2": 0.0, "clip_norm": 0.0}
    program.reset(wanted.seed, live)
    return program.weights()


def batches(wanted, digits):
    from zoo.training.weighting import epoch_order

    order = epoch_order(wanted.seed, 1, len(digits.train))
    for at in range(0, len(order), 512):
        chosen = order[at : at + 512]
        yield digits.train.x[chosen], digits.train.y[chosen]


def test_a_model_without_such_units_has_no_such_signs(workspace, digits):
    logs = fit(recipe(activation="elu"), digits, workspace).history[0]
    assert {name for name in logs if name.startswith("health/")} == {"health/gradient_norm", "health/update_ratio"}


def test_a_lively_model_has_few_dead_units(workspace, digits):
    logs = fit(recipe(activation="relu"), digits, workspace).history[0]
    assert 0 <= logs["health/dead_units"] < 0.5
    assert "health/saturated" not in logs
