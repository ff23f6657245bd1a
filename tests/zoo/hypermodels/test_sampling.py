"""Steps and scales are KerasTuner's: its own hyperparameters are the oracle."""

from __future__ import annotations

import pytest
from keras_tuner.engine import hyperparameters

from zoo.errors import BadValue
from zoo.hypermodels.sampling import MOST, SPREAD, float_domain, int_domain
from zoo.space import Float


@pytest.mark.parametrize(
    "low, high, step, sampling",
    [(6, 13, 3, "linear"), (6, 12, None, "linear"), (2, 32, 2, "log"), (2, 40, 3, "log"), (1, 64, 2, "reverse_log")],
)
def test_whole_numbers_in_steps_are_those_of_keras_tuner(low, high, step, sampling):
    theirs = hyperparameters.Int("n", low, high, step=step, sampling=sampling)
    assert list(int_domain("n", low, high, step, sampling).points()) == sorted(map(int, theirs.values))


@pytest.mark.parametrize(
    "low, high, step, sampling",
    [(0, 1, 0.2, "linear"), (0.1, 0.5, 0.1, "linear"), (0.001, 10, 10, "log"), (0.01, 1, 2, "reverse_log")],
)
def test_numbers_in_steps_are_those_of_keras_tuner(low, high, step, sampling):
    theirs = sorted(hyperparameters.Float("x", low, high, step=step, sampling=sampling).values)
    ours = float_domain("x", low, high, step, sampling).points()
    assert ours[: len(theirs)] == pytest.approx(theirs)
    assert len(ours) - len(theirs) in (0, 1)  # 0.5 of 0.1, 0.2 ... is lost to it by rounding


@pytest.mark.parametrize("sampling, log", [("linear", False), ("log", True), ("LOG", True), (None, False)])
def test_numbers_without_a_step_are_a_range_on_their_scale(sampling, log):
    assert float_domain("x", 1, 10, None, sampling) == Float(1.0, 10.0, log=log)


@pytest.mark.parametrize("sampling", ["log", "reverse_log"])
def test_whole_numbers_without_a_step_are_spread_as_keras_tuner_draws_them(sampling):
    theirs = hyperparameters.Int("n", 1, 1000, sampling=sampling)
    points = int_domain("n", 1, 1000, None, sampling).points()
    below = sum(theirs.prob_to_value((place + 0.5) / 1000) < 500 for place in range(1000)) / 1000
    drawn = sum(point < 500 for point in points) / len(points)
    assert points[0] == 1 and points[-1] == 1000 and len(points) <= SPREAD
    assert drawn == pytest.approx(below, abs=0.15)


def test_a_reversed_scale_crowds_at_the_high_end():
    points = float_domain("x", 0.001, 1, None, "reverse_log").points()
    assert len(points) == SPREAD
    assert points == tuple(sorted(points))
    assert sum(point > 0.9 for point in points) > SPREAD / 2


def test_of_very_many_steps_some_are_drawn_from_that_lie_evenly():
    points = int_domain("n", 1, 100_000, None, "linear").points()
    assert (points[0], points[-1], len(points)) == (1, 100_000, MOST)


@pytest.mark.parametrize(
    "given, text",
    [
        ((5, 1, None, "linear"), "low must not exceed high"),
        ((0, 5, None, "log"), "low must be above 0"),
        ((1, 5, 1, "log"), "must be above 1"),
        ((1, 5, 0.5, "sqrt"), "a scale is linear, log, reverse_log"),
    ],
)
def test_a_range_that_is_none_says_why(given, text):
    with pytest.raises(BadValue, match=text):
        float_domain("x", *given)
