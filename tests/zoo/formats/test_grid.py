"""Weights on a grid are as near as a search over every clipping finds, and two of four bits lie in a byte."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._grid import clipping, on_grid, packed


def brute_force(row, most):
    """Return the least squared error of a row on a symmetric grid, over 4,000 steps."""
    largest = np.abs(row).max()
    steps = np.linspace(largest / most / 50, 1.2 * largest / most, 4000)[:, np.newaxis]
    return np.square(np.clip(np.rint(row / steps), -most, most) * steps - row).sum(axis=1).min()


@pytest.fixture(params=["normal", "heavy-tailed"])
def weights(request):
    random = np.random.default_rng(0)
    drawn = random.normal(size=(6, 3, 3, 40)) if request.param == "normal" else random.laplace(size=(6, 3, 3, 40))
    return drawn.astype("float32")


@pytest.mark.parametrize(("bits", "more"), [(4, 1.1), (8, 1.3)])
def test_the_error_of_each_channel_is_close_to_the_least_that_there_is(weights, bits, more):
    grid = on_grid(weights, 0, bits)
    most = 2 ** (bits - 1) - 1
    assert np.abs(grid.codes).max() <= most
    for row, found in zip(weights.astype("float64").reshape(6, -1), grid.weights().reshape(6, -1), strict=True):
        assert np.square(found - row).sum() <= more * brute_force(row, most)


def test_octav_clips_where_its_own_equation_holds(weights):
    rows = weights.astype("float64").reshape(6, -1)
    for row, bound in zip(np.abs(rows), clipping(rows, 4), strict=True):
        beyond = row > bound
        assert bound == pytest.approx(row[beyond].sum() / (4.0**-4 / 3 * (~beyond).sum() + beyond.sum()), rel=1e-3)


@pytest.mark.parametrize("bits", [2, 3, 4])
@pytest.mark.parametrize("axis", [0, 3])
def test_weights_that_lie_on_a_grid_of_four_bits_or_fewer_keep_their_values(bits, axis):
    random = np.random.default_rng(1)
    most = 2 ** (bits - 1) - 1
    codes = random.integers(-most, most + 1, (5, 18))
    codes[:, 0] = most  # a trained grid ends at the largest weight
    rows = codes * random.uniform(0.01, 1, (5, 1)).astype("float32")
    weights = np.moveaxis(rows.astype("float32").reshape(5, 3, 3, 2), 0, axis)
    np.testing.assert_allclose(on_grid(weights, axis, 4).weights(), weights, rtol=1e-6)


def test_a_channel_of_zeros_stays_zero():
    weights = np.zeros((2, 5), "float32")
    weights[1] = np.arange(5)
    found = on_grid(weights, 0, 4).weights()
    np.testing.assert_array_equal(found[0], 0)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("count", [1, 6, 7])
def test_the_earlier_of_several_integers_is_in_the_lower_bits_of_a_byte(count, bits):
    codes = np.random.default_rng(0).integers(-(2 ** (bits - 1)), 2 ** (bits - 1), count).astype(np.int8)
    found, each = packed(codes, bits), 8 // bits
    assert (found.dtype, len(found)) == (np.uint8, -(-count // each))
    for place, code in enumerate(codes.tolist()):
        part = int(found[place // each]) >> (bits * (place % each)) & (2**bits - 1)
        assert (part - 2**bits if part >= 2 ** (bits - 1) else part) == code
