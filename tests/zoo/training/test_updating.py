"""Optimizer steps of few operations are those of the papers, and of Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.training.updating import update_of

SHAPES, STEPS = ((3, 4), (4,), ()), 20
RATE, BETA_1, BETA_2, EPSILON = 0.03, 0.9, 0.999, 1e-7


def _start(seed=0):
    draws = np.random.default_rng(seed)
    gradients = [[draws.normal(size=shape).astype("float32") for shape in SHAPES] for _ in range(STEPS)]
    return [draws.normal(size=shape).astype("float32") for shape in SHAPES], gradients


def _taken(optimizer, apply, start, gradients):
    """Return the weights after steps of `apply(optimizer)` inside a traced function."""
    variables = [keras.Variable(value, name=f"v{at}") for at, value in enumerate(start)]
    optimizer.build(variables)
    step = tf.function(lambda *given: apply(optimizer)(list(given), variables))
    for given in gradients:
        step(*map(tf.constant, given))
    assert int(optimizer.iterations) == len(gradients)
    return [variable.numpy() for variable in variables]


def _ours(optimizer):
    return update_of(optimizer)


def _keras(optimizer):
    return optimizer.apply


def _by_the_paper(start, gradients, decay):
    """Loshchilov (2019), algorithm 2, in float64, with epsilon as at the end of Kingma (2014), section 2."""
    weights = [value.astype("float64") for value in start]
    first, second = ([np.zeros_like(value) for value in weights] for _ in range(2))
    for step, given in enumerate(gradients, start=1):
        rate = RATE * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
        for at, gradient in enumerate(np.asarray(one, "float64") for one in given):
            weights[at] = weights[at] - RATE * decay * weights[at]
            first[at] = BETA_1 * first[at] + (1 - BETA_1) * gradient
            second[at] = BETA_2 * second[at] + (1 - BETA_2) * gradient**2
            weights[at] = weights[at] - rate * first[at] / (np.sqrt(second[at]) + EPSILON)
    return weights


def _distance(ours, theirs):
    one, other = (np.concatenate([np.ravel(part).astype("float64") for part in parts]) for parts in (ours, theirs))
    return np.linalg.norm(one - other) / np.linalg.norm(other)


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam_is_the_papers_and_keras_own(decay):
    start, gradients = _start()
    found = _taken(keras.optimizers.AdamW(RATE, weight_decay=decay), _ours, start, gradients)
    assert _distance(found, _by_the_paper(start, gradients, decay)) < 2e-6
    assert _distance(found, _taken(keras.optimizers.AdamW(RATE, weight_decay=decay), _keras, start, gradients)) < 1e-6


def test_adam_without_decay_is_one_operation_a_variable_and_keeps_keras_slots():
    start, gradients = _start()
    optimizer, other = keras.optimizers.Adam(RATE), keras.optimizers.Adam(RATE)
    _taken(optimizer, _ours, start, gradients)
    _taken(other, _keras, start, gradients)
    for ours, theirs in zip(optimizer.variables, other.variables, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(RATE, weight_decay=0.1),
        lambda: keras.optimizers.SGD(RATE, momentum=0.9),
        lambda: keras.optimizers.RMSprop(RATE),
        lambda: keras.optimizers.AdamW(RATE, amsgrad=True),
        lambda: keras.optimizers.Adam(RATE, clipnorm=0.5),
        lambda: keras.optimizers.Nadam(RATE),
    ],
)
def test_all_others_take_keras_own_steps_to_the_bit(optimizer):
    start, gradients = _start()
    ours, theirs = (_taken(optimizer(), apply, start, gradients) for apply in (_ours, _keras))
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


def test_weights_that_shall_not_decay_do_not():
    start, gradients = _start()

    def spared(apply):
        optimizer = keras.optimizers.AdamW(RATE, weight_decay=0.3)
        optimizer.exclude_from_weight_decay(var_names=["v1"])
        return _taken(optimizer, apply, start, gradients)

    assert _distance(spared(_ours), spared(_keras)) < 1e-6
