"""Predicted against true."""

from __future__ import annotations

from search.pictures.predictions import MOST_SHOWN, predictions

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
