"""Residuals as a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.pictures.residuals import residuals

from ..stories import story, validated


def told(**changes):
    return story(8, "rmse", ("mlp",), validated=replace(validated("table", 0), **changes))


def test_each_row_stands_at_what_was_said_and_how_far_off_that_is():
    case = told()
    rows = residuals(case).panels[0].marks[0]
    np.testing.assert_allclose(rows.x, case.validated.said)
    np.testing.assert_allclose(rows.y, case.validated.said - case.validated.truth)


def test_the_frequencies_hold_every_row():
    case = told()
    steps = residuals(case).panels[1].marks[1]
    assert sum(steps.y[1:-1:2]) == len(case.validated.truth)


def test_a_forecast_of_several_steps_has_its_error_by_step():
    truth = np.zeros((10, 3))
    answers = truth + np.array([1.0, -2.0, 3.0])
    picture = residuals(told(truth=truth, answers=answers))
    assert picture.panels[2].marks[0].y == [1.0, 2.0, 3.0]
    assert len(residuals(told()).panels) == 2


def test_without_answers_it_says_so():
    assert residuals(story(8, "rmse", ("mlp",), validated=None)).missing
