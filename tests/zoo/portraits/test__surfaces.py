"""The ways down a surface are those that NumPy takes, and the one that is shown leads lowest."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.portraits._surfaces import BOWL, STEPS, SURFACES, best_way

from ...oracles.differences import differences

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name.split(",")[0])
def test_a_surface_is_least_where_it_is_said_to_be(surface):
    least = np.array(surface.least)
    slope = differences(lambda at: float(surface.height(*at)), least)
    np.testing.assert_allclose(slope, 0, atol=1e-6)
    around = least + 0.1 * np.random.default_rng(0).normal(size=(50, 2))
    assert all(surface.height(*at) > surface.height(*least) for at in around)
    for one, ends in zip((*surface.start, *surface.least), (surface.across, surface.up) * 2, strict=True):
        assert ends[0] < one < ends[1]


def test_the_way_of_plain_descent_is_that_of_numpy_by_the_rate_that_leads_lowest():
    rates = (1e-3, 1e-2, 3e-2, 1.0)  # the last one leaps out of the bowl

    def walked(rate):
        points = [np.array(BOWL.start)]
        for _ in range(STEPS):
            with np.errstate(over="ignore", invalid="ignore"):
                points.append(points[-1] - rate * points[-1] * (1, 50))
        return np.array(points)

    way = best_way("sgd", BOWL, {}, rates)
    assert way.rate == 3e-2
    np.testing.assert_allclose(way.points, walked(3e-2), atol=1e-4)
    np.testing.assert_allclose(way.heights, BOWL.height(*way.points.T))


def test_an_optimizers_settings_change_its_way():
    slow, quick = (best_way("momentum", BOWL, {"momentum": mu}, (1e-3,)) for mu in (0.0, 0.9))
    assert quick.heights[-1] < slow.heights[-1] / 10
