"""Momentum with a variable is, to the bit, what stock SGD is with a number."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.optimizers._velocity import Velocity, velocity

pytestmark = pytest.mark.usefixtures("workspace")

START = np.random.default_rng(0).normal(size=(3, 2)).astype("float32")
GRADIENTS = np.random.default_rng(1).normal(size=(20, 3, 2)).astype("float32")


def taken(optimizer):
    """Return the weights after twenty steps."""
    variable = keras.Variable(START)
    optimizer.build([variable])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [variable]), autograph=False)
    for gradient in GRADIENTS:
        step(tf.constant(gradient))
    return variable.numpy()


@pytest.mark.parametrize("rule", ["heavy_ball", "nesterov"])
def test_a_variable_gives_the_bits_of_a_number(rule):
    number, variable = velocity(0.1, 0.02, 0.9, rule), velocity(0.1, 0.02, tf.Variable(0.9), rule)
    assert (type(number), type(variable)) == (keras.optimizers.SGD, Velocity)
    assert np.array_equal(taken(number), taken(variable))


def test_the_four_rules_differ_once_the_rate_changes():
    found = []
    for rule in ("heavy_ball", "gradient"):
        optimizer = Velocity(0.1, 0.9, rule)
        variable = keras.Variable(START)
        optimizer.build([variable])
        optimizer.apply([tf.constant(GRADIENTS[0])], [variable])
        once = variable.numpy()
        optimizer.learning_rate = 0.0
        optimizer.apply([tf.constant(GRADIENTS[1])], [variable])
        found.append(np.array_equal(variable.numpy(), once))
    assert found == [False, True]
