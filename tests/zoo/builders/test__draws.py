"""Hashed draws: even, independent of one another, and moved on by the generator as Keras's are."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders._draws import hashed, uniform

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

ROWS, UNITS, STEPS = 64, 128, 24


@pytest.fixture(scope="module")
def drawn():
    """Draws of some steps, (steps, rows, units)."""
    generator = keras.random.SeedGenerator(7)
    with hashed():
        return np.array([uniform(tf.zeros((ROWS, UNITS)), generator) for _ in range(STEPS)], "float64")


def correlation(one, other):
    """The correlation times the root of the count: about normal where there is none."""
    return np.corrcoef(one.ravel(), other.ravel())[0, 1] * one.size**0.5


def test_hashed_draws_lie_evenly_between_zero_and_one(drawn):
    assert 0 <= drawn.min() < drawn.max() < 1
    counts, _ = np.histogram(drawn, 64, (0, 1))
    expected = drawn.size / 64
    assert np.sum((counts - expected) ** 2 / expected) < 63 + 5 * 126**0.5


def test_hashed_draws_of_a_step_do_not_tell_its_neighbours_or_those_of_other_steps(drawn):
    apart = [(drawn[:, :-1], drawn[:, 1:]), (drawn[:, :, :-1], drawn[:, :, 1:]), (drawn[:-1], drawn[1:])]
    assert max(abs(correlation(one, other)) for one, other in apart) < 5
    kept = drawn >= 0.5
    counts = kept.sum(axis=(1, 2))
    assert np.all(np.abs(counts - ROWS * UNITS / 2) < 5 * (ROWS * UNITS / 4) ** 0.5)


def test_draws_follow_from_the_generators_state_which_moves_on_as_for_keras():
    ours, theirs = keras.random.SeedGenerator(3), keras.random.SeedGenerator(3)
    with hashed():
        first, second = (uniform(tf.zeros((4, 5)), ours) for _ in range(2))
    assert not np.array_equal(first, second)
    start = np.array(theirs.state)
    expected = [keras.random.uniform((4, 5), seed=theirs) for _ in range(2)]
    assert np.array_equal(ours.state, theirs.state)
    for generator in (ours, theirs):
        generator.state.assign(start)
    with hashed():
        assert np.array_equal(uniform(tf.zeros((4, 5)), ours), first)
    assert np.array_equal(uniform(tf.zeros((4, 5)), theirs), expected[0])
