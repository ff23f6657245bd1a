"""The schedules that are drawn are those that a training follows."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadValue, UnknownName
from zoo.portraits.settings import STEPS, course, draw
from zoo.recipe import TrainConfig

from .opened import opened


def test_a_course_is_half_a_cosine_from_step_to_step():
    epochs, shares = course(TrainConfig(epochs=10, schedule="cosine"))
    assert len(epochs) == 10 * STEPS
    np.testing.assert_allclose(shares, (1 + np.cos(np.pi * epochs / 10)) / 2, atol=1e-12)


def test_a_plateau_halves_the_rate_once_the_loss_rests():
    epochs, shares = course(TrainConfig(epochs=12, schedule="reduce_on_plateau", plateau_patience=2))
    assert set(shares[epochs < 4]) == {1.0}
    assert shares[-1] <= 0.25


def test_all_schedules_are_drawn_or_the_one_that_is_asked_for():
    every, one = draw("train", {}), draw("train", {"schedule": "one_cycle", "warm_up": 0.2})
    assert opened(every).size == opened(one).size
    assert every != one


@pytest.mark.parametrize(("values", "error"), [({"schedul": "cosine"}, UnknownName), ({"warm_up": 2.0}, BadValue)])
def test_wrong_settings_are_refused(values, error):
    with pytest.raises(error):
        draw("train", values)
