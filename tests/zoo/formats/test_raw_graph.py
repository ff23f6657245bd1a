"""A preparation as a TensorFlow graph answers as NumPy does, step by step."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.formats._raw import raw_dtype
from zoo.formats._raw_graph import GRAPHS, prepared
from zoo.preparation import PREPARATIONS, Preparation

RANDOM = np.random.default_rng(0)
NUMBERS = np.column_stack(
    [RANDOM.normal(3, 2, (60, 2)), RANDOM.lognormal(0, 2, 60), np.full(60, 7.0), RANDOM.integers(0, 2, 60)]
)
GAPS = np.where(RANDOM.random((60, 5)) < 0.2, np.nan, NUMBERS)
SERIES = RANDOM.normal(3, 2, (30, 12, 2))
SERIES[3, 9:], SERIES[5, 2:5, 1] = np.nan, np.nan
ENDING = np.where(np.isnan(SERIES) & (np.arange(12) < 9)[:, np.newaxis], 0, SERIES)
PIXELS = RANDOM.integers(0, 256, (30, 9, 7, 3)).astype("uint8")
ROWS = {  # of steps that take other rows than numbers: these, what they are fitted by, what their preparation says
    "impute": (GAPS, {}, {}),
    "pool": (SERIES, {"length": 5}, {"modality": "series"}),
    "normalise": (
        np.where(np.isnan(SERIES) & (np.arange(12) < 9)[:, np.newaxis], 0, SERIES),
        {},
        {"modality": "series"},
    ),
    "rescale": (RANDOM.normal(0, 9, (30, 4, 4, 1)).astype("float32"), {}, {}),
    "grey": (PIXELS, {}, {"dtype": "uint8"}),
}


def asked(preparation, rows):
    graph = tf.function(lambda x: prepared(preparation.to_json(), x), autograph=False)
    return graph(tf.constant(rows.astype(raw_dtype(preparation)))).numpy()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_step_is_done_as_in_numpy(name):
    rows, fitting, about = ROWS.get(name, (NUMBERS, {}, {}))
    step = PREPARATIONS.get(name).fit(rows, **fitting)
    preparation = Preparation((), rows.shape[1:], (step,), **about)
    expected = step.apply(rows).astype(preparation.dtype)  # not preparation.apply, which refuses what stays missing
    found = asked(preparation, rows)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_numbers_beyond_those_of_the_training_rows_are_prepared_alike():
    beyond = np.array([[-1e3, 1e3, -5.0, 8.0, 0.0], [1e3, -1e3, 1e9, 6.0, 1.0]])
    for name in ("quantile", "piecewise", "logarithm"):
        preparation = Preparation((), (5,), (PREPARATIONS.get(name).fit(NUMBERS),))
        np.testing.assert_allclose(asked(preparation, beyond), preparation.apply(beyond), rtol=1e-6, atol=1e-6)


def test_steps_follow_each_other():
    steps, rows = [], GAPS
    for name in ("impute", "standardise"):
        steps.append(PREPARATIONS.get(name).fit(rows))
        rows = steps[-1].apply(rows)
    preparation = Preparation((), (5,), tuple(steps))
    np.testing.assert_allclose(asked(preparation, GAPS), preparation.apply(GAPS), rtol=1e-6, atol=1e-6)
