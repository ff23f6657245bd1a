"""Rates of a schedule reach the optimizer step by step, and whoever sets the rate in between is heard."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.optimizers import make_optimizer
from zoo.training.rates import Rates

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def stepped():
    """Return a function that takes a step of plain descent along a gradient of 1, and says how far it went."""
    variable, optimizer = keras.Variable(0.0), keras.optimizers.SGD(0.5)
    optimizer.build([variable])
    rates = Rates(optimizer)

    def take(is_taken):
        tf.cond(is_taken, lambda: (optimizer.apply([tf.constant(1.0)], [variable]), True)[1], lambda: False)
        return tf.constant(0.0)

    traced = tf.function(lambda is_taken: rates.scaling(lambda: take(is_taken)), autograph=False)

    def step(is_taken=True):
        before = float(variable)
        traced(tf.constant(is_taken))
        return before - float(variable)

    step.rates, step.optimizer, step.traced = rates, optimizer, traced
    return step


def test_each_step_has_its_own_multiple_of_the_rate_and_the_rate_stays(stepped):
    stepped.rates.begin(np.array([1.0, 0.5, 0.25]), 0)
    np.testing.assert_allclose([stepped(), stepped(), stepped()], [0.5, 0.25, 0.125])
    assert float(stepped.optimizer.learning_rate) == 0.5


def test_a_training_goes_on_in_the_middle_of_an_epoch_and_another_epoch_has_other_lengths_without_a_new_trace(stepped):
    stepped.rates.begin(np.array([1.0, 0.5, 0.25]), 2)
    assert stepped() == pytest.approx(0.125)
    stepped.rates.begin(np.array([0.1, 0.2]), 0)
    np.testing.assert_allclose([stepped(), stepped()], [0.05, 0.1])
    assert stepped.traced.experimental_get_tracing_count() == 1


def test_a_rate_that_is_set_in_between_is_scaled_from_then_on(stepped):
    stepped.rates.begin(np.array([0.5, 0.5]), 0)
    stepped()
    stepped.optimizer.learning_rate = 2.0
    assert stepped() == pytest.approx(1.0)


def test_a_step_that_is_left_out_is_counted(stepped):
    stepped.rates.begin(np.array([1.0, 0.5]), 0)
    assert stepped(False) == 0
    assert stepped() == pytest.approx(0.25)


def test_without_word_of_a_schedule_the_rate_is_constant(stepped):
    stepped.rates.begin(np.array([0.5]), 0)
    stepped.rates.reset()
    np.testing.assert_allclose([stepped(), stepped()], 0.5)


def test_a_decay_that_the_rate_does_not_scale_follows_the_schedule_alone():
    variable, optimizer = keras.Variable(1.0), make_optimizer("adamw", 0.5, 0.2, form="paper")
    optimizer.build([variable])
    rates = Rates(optimizer)
    rates.begin(np.array([0.5]), 0)
    rates.scaling(lambda: optimizer.apply([tf.constant(0.0)], [variable]))
    assert float(variable) == pytest.approx(1 - 0.5 * 0.2)
