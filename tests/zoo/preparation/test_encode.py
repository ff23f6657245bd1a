"""Texts that training rows show seldom share a column."""

import numpy as np
import pytest

from zoo.preparation.encode import MOST, Encode

PLACES = np.repeat([0.0, 1.0, 2.0, 3.0], [5, 3, 2, 1])[:, np.newaxis]


@pytest.mark.parametrize(("least", "kept"), [(1, (0, 1, 2, 3)), (2, (0, 1, 2)), (3, (0, 1)), (6, ())])
def test_a_text_needs_as_many_rows_as_are_asked_for(least, kept):
    step = Encode.fit(PLACES, (0,), least)
    assert step.kept == (kept,)
    np.testing.assert_array_equal(step.apply(PLACES).sum(axis=1), 1)


def test_ten_thousand_texts_fill_no_more_columns_than_are_told_apart():
    places = np.random.default_rng(0).integers(0, 10_000, 60_000).astype(float)[:, np.newaxis]
    step = Encode.fit(places, (0,))
    assert step.apply(places[:100]).shape == (100, MOST + 1)
