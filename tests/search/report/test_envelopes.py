"""The outline of a recording touches its lowest and its highest samples."""

from __future__ import annotations

import numpy as np
import pytest

from search.report.envelopes import envelopes


@pytest.mark.parametrize("size", [8, 19, 1000, 16_001])
def test_each_place_holds_the_lowest_and_the_highest_of_its_own_samples(size):
    wave = np.random.default_rng(size).normal(size=size).astype(np.float32)
    (found,) = envelopes([wave], width=8)
    edges = [place * size // 8 for place in range(8)] + [size]
    for place, (low, high) in enumerate(found):
        own = wave[edges[place] : edges[place + 1]]
        assert (low, high) == (own.min(), own.max())


def test_short_and_empty_recordings_have_outlines_of_the_same_width():
    found = envelopes([np.array([0.5, -0.25]), np.zeros(0)], width=4)
    assert found.tolist() == [[[0.5, 0.5]] * 2 + [[-0.25, -0.25]] * 2, [[0.0, 0.0]] * 4]
    assert envelopes([], width=4).shape == (0, 4, 2)
