"""Sharpness-aware gradients are those of the paper, and leave nothing else behind."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.training.sharpness import Descent, sharpest

pytestmark = pytest.mark.usefixtures("workspace")

DICE = np.random.default_rng(3)
X, Y = DICE.normal(size=(8, 3)), DICE.normal(size=(8, 1))


def descents(model, x=X, y=Y):
    """Return a function that gives the squared error of the model's answers, and its gradients."""

    def descent():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.square(model(tf.constant(x, "float32"), training=True) - tf.constant(y, "float32"))
            )
        return Descent(loss, tf.constant(0), tape.gradient(loss, [v.value for v in model.trainable_variables]))

    return descent


def linear():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.set_weights([DICE.normal(size=(3, 1)), DICE.normal(size=1)])
    return model


def by_formula(kernel, bias):
    """Return the gradients of the mean squared error in float64."""
    error = 2 * (X @ kernel + bias - Y) / len(X)
    return X.T @ error, error.sum(axis=0)


def test_gradients_are_those_at_the_highest_point_nearby_and_the_weights_stay():
    model, radius = linear(), 0.3
    kernel, bias = (weight.astype("float64") for weight in model.get_weights())
    own = by_formula(kernel, bias)
    length = np.sqrt(sum((part**2).sum() for part in own))
    expected = by_formula(kernel + radius * own[0] / length, bias + radius * own[1] / length)
    found = tf.function(lambda: sharpest(descents(model), model, tf.constant(radius)))()
    for one, other in zip(found.gradients, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert float(found.loss) == pytest.approx(float(((X @ kernel + bias - Y) ** 2).mean()), rel=1e-5)
    assert all(np.array_equal(one, other) for one, other in zip(model.get_weights(), (kernel, bias), strict=True))


def test_both_passes_draw_the_same_and_moving_averages_learn_once():
    inputs = keras.Input((3,))
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(4)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.5, seed=1)(hidden)))
    start = [variable.numpy() for variable in model.variables]
    plain = tf.function(descents(model))()
    once = [variable.numpy() for variable in model.non_trainable_variables]
    for variable, value in zip(model.variables, start, strict=True):
        variable.assign(value)
    found = tf.function(lambda: sharpest(descents(model), model, tf.constant(1e-12)))()
    for one, other in zip(found.gradients, plain.gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
    states = [variable.numpy() for variable in model.non_trainable_variables]
    assert all(np.array_equal(one, other) for one, other in zip(states, once, strict=True))


def test_without_any_slope_the_weights_are_not_moved():
    model = linear()
    model.set_weights([np.zeros((3, 1)), np.zeros(1)])
    found = tf.function(lambda: sharpest(descents(model, y=np.zeros((8, 1))), model, tf.constant(0.5)))()
    assert all(np.all(gradient == 0) for gradient in found.gradients)
