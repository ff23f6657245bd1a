"""Piecewise-linear encoding, against the paper's equation written out number by number."""

import numpy as np
import pytest

from zoo.preparation.piecewise import Piecewise

ROWS = np.random.default_rng(0).normal(3, 2, (200, 2))


def by_the_paper(x, edges):
    """Equation 1 of Gorishniy et al. 2022, with b_0 ... b_T in `edges`."""
    bins = len(edges) - 1
    found = []
    for t in range(1, bins + 1):
        if x < edges[t - 1] and t > 1:
            found.append(0.0)
        elif x >= edges[t] and t < bins:
            found.append(1.0)
        else:
            found.append((x - edges[t - 1]) / (edges[t] - edges[t - 1]))
    return found


def test_each_number_fills_its_bins_as_in_the_paper():
    step = Piecewise.fit(ROWS, bins=8)
    fresh = np.concatenate([np.random.default_rng(1).normal(3, 4, (50, 2)), ROWS[:5]])
    expected = [[*by_the_paper(a, step.edges[0]), *by_the_paper(b, step.edges[1])] for a, b in fresh]
    np.testing.assert_allclose(step.apply(fresh), expected)


def test_bins_hold_equally_many_training_rows():
    (edges,) = Piecewise.fit(ROWS[:, :1], bins=4).edges
    assert np.histogram(ROWS[:, 0], edges)[0].tolist() == [50] * 4


def test_repeated_numbers_make_fewer_bins_and_flags_stay():
    rows = np.column_stack([[0.0] * 90 + [*range(10)], [0.0, 1.0] * 50])
    step = Piecewise.fit(rows, bins=16)
    assert len(step.edges[0]) < 17
    assert step.edges[1] == ()
    np.testing.assert_array_equal(step.apply(rows)[:, -1], rows[:, 1])


def test_a_constant_becomes_0():
    np.testing.assert_array_equal(Piecewise.fit(np.full((9, 1), 4.0)).apply(np.full((2, 1), 4.0)), [[0], [0]])


@pytest.mark.parametrize("odd", [np.inf, np.nan])
def test_what_is_not_finite_stays_so(odd):
    assert not np.isfinite(Piecewise.fit(ROWS).apply(np.array([[odd, 0.0]]))).all()


@pytest.mark.parametrize("constant", [5.0, 2.0**53, -(2.0**60) - 4096, 1e300])
def test_a_constant_of_any_size_is_0_and_larger_numbers_are_more(constant):
    step = Piecewise.fit(np.full((20, 1), constant))
    larger = np.nextafter(constant, np.inf)
    assert step.apply(np.array([[constant]])).tolist() == [[0.0]]
    assert np.isfinite(found := step.apply(np.array([[larger]]))).all() and found > 0
