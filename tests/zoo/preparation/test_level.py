"""Levels: what is left of a window above its last value or its mean."""

import numpy as np
import pytest

from zoo.preparation.level import Level

ROWS = np.random.default_rng(0).normal(50, 3, size=(4, 7, 2))


@pytest.mark.parametrize(("of", "level"), [("last", ROWS[:, -1:]), ("mean", ROWS.mean(axis=1, keepdims=True))])
def test_each_channel_loses_its_own_level(of, level):
    np.testing.assert_allclose(Level.fit(ROWS, of).apply(ROWS), ROWS - level, rtol=1e-12)


def test_another_level_is_refused():
    with pytest.raises(ValueError, match="of is 'first'"):
        Level.from_json({"of": "first"})
