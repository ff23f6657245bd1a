"""Every optimizer equals its paper's formula in float64 NumPy, with rates that change between steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.live import live_values
from zoo.optimizers import OPTIMIZERS

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

STEPS = 30
START = np.random.default_rng(0).normal(size=(3, 2))


def sgd(w, g, memory, step, rate):
    """Robbins 1951."""
    return w - rate * g


def momentum(w, g, memory, step, rate):
    """Polyak 1964: v = mu v - eta g, w += v."""
    memory["v"] = 0.9 * memory.get("v", 0.0) - rate * g
    return w + memory["v"]


def rmsprop(w, g, memory, step, rate):
    """Hinton 2012: over the root of a running mean of squares."""
    memory["s"] = 0.9 * memory.get("s", 0.0) + 0.1 * g**2
    return w - rate * g / np.sqrt(memory["s"] + 1e-7)


def adam(w, g, memory, step, rate):
    """Kingma 2014, algorithm 1, in the form of the end of section 2: epsilon is added before the correction."""
    memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * g
    memory["v"] = 0.999 * memory.get("v", 0.0) + 0.001 * g**2
    mean, square = memory["m"] / (1 - 0.9**step), memory["v"] / (1 - 0.999**step)
    return w - rate * mean / (np.sqrt(square) + 1e-7 / np.sqrt(1 - 0.999**step))


FORMULAS = {"adam": adam, "sgd": sgd, "momentum": momentum, "rmsprop": rmsprop}


def gradients():
    """Return gradients (steps, 3, 2) whose size differs from weight to weight; one step has none."""
    found = np.random.default_rng(1).normal(size=(STEPS, *START.shape)) * [[1e-3, 1e-2], [0.1, 1.0], [10.0, 100.0]]
    found[7] = 0.0
    return found.astype("float32")


def rates(step):
    """Return the learning rate and the weight decay of a step, counted from 1: both change twice."""
    return ((0.05, 0.0), (0.2, 0.3), (0.01, 0.02))[(step - 1) // 10]


def by_formula(formula):
    weights, memory = [START], {}
    for step, gradient in enumerate(gradients().astype("float64"), 1):
        rate, decay = rates(step)
        weights.append(formula(weights[-1] * (1 - rate * decay), gradient, memory, step, rate))
    return np.stack(weights[1:])


def by_program(name):
    """Return the weights after each step of one compiled function, and how often that was traced."""
    with live_values() as live:
        optimizer = OPTIMIZERS.get(name)(1.0, 1.0)
    variable = keras.Variable(START.astype("float32"))
    optimizer.build([variable])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [variable]), autograph=False)
    weights = []
    for number, gradient in enumerate(gradients(), 1):
        rate, decay = rates(number)
        optimizer.learning_rate.assign(rate)
        live["weight_decay"].assign(decay)
        step(tf.constant(gradient))
        weights.append(variable.numpy())
    return np.stack(weights), step.experimental_get_tracing_count()


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_thirty_steps_equal_the_papers_formula_while_both_rates_change_without_a_new_trace(name):
    weights, traces = by_program(name)
    expected = by_formula(FORMULAS[name])
    assert np.all(np.abs(weights - expected) <= 1e-5 * np.abs(expected).max(axis=0))
    assert traces == 1


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_outside_a_program_the_weight_decay_is_a_plain_number(name):
    optimizer = OPTIMIZERS.get(name)(0.1, 0.25)
    assert optimizer.weight_decay == 0.25
    assert float(optimizer.learning_rate) == pytest.approx(0.1)
