"""Predicted against true."""

from __future__ import annotations

import numpy as np

from search.pictures.predictions import MOST_SHOWN, predictions
from search.report.validated import Validated

from ..stories import story, validated


def drawn(rows):
    return predictions(story(3, "rmse", ("mlp",), validated=validated("table", 0, rows)))


def test_each_row_stands_at_true_and_predicted():
    found = validated("table", 0, 50)
    rows, diagonal = drawn(50).panels[0].marks
    assert list(zip(rows.x, rows.y, strict=True)) == list(zip(found.truth, found.answers[:, 0], strict=True))
    assert diagonal.x == diagonal.y


def test_of_many_rows_some_are_drawn_evenly():
    picture = drawn(5000)
    assert len(picture.panels[0].marks[0].x) <= MOST_SHOWN
    assert "every 3. is drawn" in picture.about


def test_a_forecast_is_drawn_in_time_beside_all_its_steps():
    random = np.random.default_rng(0)
    truth = random.normal(size=(50, 3)).cumsum(axis=0)
    answers = truth + 0.1 * random.normal(size=(50, 3))
    found = Validated(answers, truth, (), "series", np.arange(16), random.normal(size=(16, 6, 1)), ordered=True)
    picture = predictions(story(3, "rmse", ("mlp",), validated=found))
    scatter, course = picture.panels
    assert len(scatter.marks[0].x) == 150
    true, first, last = course.marks
    assert (true.y, first.y, last.y) == (truth[:, 0].tolist(), answers[:, 0].tolist(), answers[:, -1].tolist())
    assert list(last.x) == list(range(2, 52))
