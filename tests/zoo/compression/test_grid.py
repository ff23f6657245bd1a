"""Grids: each weight at the nearest whole number of steps, which no batch norm behind it changes."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.compression._grid import FEW_BITS, highest, rounded, straight_through

SHAPES = {"channel": (3, 3, 4, 6), "filter": (3, 3, 4, 2), "gate": (5, 12)}


def weights_of(shape, seed=0):
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype("float32")


def in_groups(values, sharing):
    """Return weights as (groups, weights of one group)."""
    if sharing == "gate":
        return np.concatenate([part.reshape(1, -1) for part in np.split(values, 4, axis=-1)])
    own = 2 if sharing == "filter" else 1
    return values.reshape(-1, int(np.prod(values.shape[-own:]))).T


def by_widest(weights, bits):
    """Return weights (groups, n) on the grid of each group's largest one, in float64."""
    steps = np.abs(weights.astype("float64")).max(axis=1, keepdims=True) / highest(bits)
    return np.rint(weights / steps) * steps


@pytest.mark.parametrize("sharing", SHAPES)
@pytest.mark.parametrize("bits", [FEW_BITS + 1, 8])
def test_weights_are_at_the_nearest_point_of_their_group_s_grid(sharing, bits):
    weights = weights_of(SHAPES[sharing])
    found = in_groups(rounded(weights, sharing, bits).numpy(), sharing)
    np.testing.assert_allclose(found, by_widest(in_groups(weights, sharing), bits), atol=1e-6)


@pytest.mark.parametrize("sharing", SHAPES)
@pytest.mark.parametrize("bits", range(2, 9))
def test_a_group_s_largest_weight_over_the_highest_integer_is_its_step(sharing, bits):
    found = in_groups(rounded(weights_of(SHAPES[sharing]), sharing, bits).numpy().astype("float64"), sharing)
    levels = found * highest(bits) / np.abs(found).max(axis=1, keepdims=True)
    np.testing.assert_allclose(levels, np.rint(levels), atol=1e-4)
    assert len(np.unique(np.rint(levels))) > 2


@pytest.mark.parametrize("bits", range(2, FEW_BITS + 1))
def test_a_grid_of_few_bits_is_no_worse_than_the_widest_one(bits):
    weights = weights_of((64, 8))
    found = in_groups(rounded(weights, "channel", bits).numpy(), "channel")
    errors, widest = (np.square(one - weights.T).sum(axis=1) for one in (found, by_widest(weights.T, bits)))
    assert (errors <= widest + 1e-6).all()
    assert errors.sum() < 0.9 * widest.sum()


def test_a_channel_of_zeros_stays_one():
    weights = weights_of((7, 3))
    weights[:, 1] = 0
    for bits in (2, 8):
        found = rounded(weights, "channel", bits).numpy()
        assert not found[:, 1].any()
        assert np.isfinite(found).all()


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_folding_a_batch_norm_leaves_the_integers_as_they_are(bits):
    chance = np.random.default_rng(1)
    kernel = rounded(weights_of((3, 3, 4, 6)), "channel", bits).numpy()
    factor = (chance.normal(0, 1, 6) / np.sqrt(chance.uniform(1e-3, 2, 6) + 1e-3)).astype("float32")

    def integers(values):
        return np.rint(values * highest(bits) / np.abs(values).max(axis=(0, 1, 2)))

    np.testing.assert_array_equal(integers(kernel * factor), integers(kernel) * np.sign(factor))


def test_the_gradient_passes_straight_through_to_bits_that_are_exact():
    weights = tf.Variable(weights_of((5, 4)))
    exact = rounded(tf.convert_to_tensor(weights), "channel", 3)
    with tf.GradientTape() as tape:
        found = straight_through(weights, exact)
        loss = tf.reduce_sum(found * 3)
    np.testing.assert_array_equal(found, exact)
    np.testing.assert_array_equal(tape.gradient(loss, weights), np.full((5, 4), 3))
