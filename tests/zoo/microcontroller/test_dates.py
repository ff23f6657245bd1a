"""Parts of times in C, over all the years that computers keep."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.preparation import Preparation
from zoo.preparation.dates import CIRCLES, YEAR, Dates

from .compiled import Compiled, needs_compiler

PARTS = (YEAR, *CIRCLES)
RANDOM = np.random.default_rng(0)
YEARS = np.array(["1600-02-29", "1900-02-28", "1900-03-01", "1969-12-31", "1970-01-01", "2000-02-29", "2100-12-31"])


@pytest.fixture
def prepare(tmp_path):
    def made(step, columns=2):
        return Compiled(Preparation((), (columns,), (step,)), tmp_path)

    return made


@needs_compiler
def test_days_and_hours_are_those_of_the_calendar(prepare):
    step = Dates((1,), (PARTS,), (2000.0,), (True,))
    days = YEARS.astype("datetime64[D]").astype(np.int64) * 86_400.0
    times = np.concatenate([days, days - 1, np.floor(RANDOM.uniform(-1e10, 2e10, 500)), [np.nan]])
    rows = np.column_stack([np.arange(len(times)), times])
    np.testing.assert_allclose(prepare(step).all(rows), step.apply(rows), atol=1e-6)


@needs_compiler
def test_parts_stand_in_the_order_of_the_step(prepare):
    step = Dates((0, 1), (("hour", "month"), ("day", YEAR)), (1990.0, 1991.0), (False, True))
    rows = np.floor(RANDOM.uniform(0, 2e9, (20, 2)))
    np.testing.assert_allclose(prepare(step).all(rows), step.apply(rows), atol=1e-6)


@needs_compiler
def test_a_time_beyond_all_calendars_is_not_served(prepare):
    code, _ = prepare(Dates((0,), (PARTS,), (2000.0,), (False,)))(np.array([1e300, 0.0]))
    assert code == -2
