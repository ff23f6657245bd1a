"""Seasons: after how many steps a series repeats, and when nothing says that it does."""

import numpy as np
import pytest

from zoo.data._season import autocorrelation, season_of

STEPS = np.arange(300)
RANDOM = np.random.default_rng(0)
NOISE = RANDOM.normal(size=300)


@pytest.mark.parametrize(
    ("values", "season"),
    [
        (np.sin(2 * np.pi * STEPS / 24) + 0.3 * NOISE, 24),
        (0.5 * STEPS + 20 * np.sin(2 * np.pi * STEPS / 12), 12),
        (np.sin(2 * np.pi * STEPS / 24) + 0.5 * np.sin(2 * np.pi * STEPS / 12), 24),
        ((STEPS % 7 == 0) + 0.1 * NOISE, 7),
        ((-1.0) ** STEPS, 2),
        (NOISE, None),
        (NOISE.cumsum(), None),
        (STEPS * 1.0, None),
        (np.ones(300), None),
        (STEPS[:5] * 1.0, None),
    ],
)
def test_a_season_is_found_where_the_series_repeats(values, season):
    assert season_of(values) == season


def test_autocorrelation_is_the_mean_product_of_pairs_over_the_variance():
    values = NOISE - NOISE.mean()
    expected = [np.mean(values[lag:] * values[: len(values) - lag]) / np.mean(values**2) for lag in range(6)]
    np.testing.assert_allclose(autocorrelation(values, 5), expected, rtol=1e-10)
