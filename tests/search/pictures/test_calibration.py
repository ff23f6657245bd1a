"""The reliability diagram as a picture."""

from __future__ import annotations

from search.pictures._scores import reliability
from search.pictures.calibration import calibration

from ..stories import story


def test_the_diagram_says_its_error_and_has_a_point_for_each_bin_that_holds_rows():
    told = story(8)
    bins = reliability(told.validated.answers, told.validated.truth)
    picture = calibration(told)
    assert f"calibration error {bins.error:.3f}" in picture.about
    diagonal, own = picture.panels[0].marks
    assert (diagonal.x, diagonal.y) == ([0.0, 1.0], [0.0, 1.0])
    assert list(own.y) == bins.accuracy.tolist()


def test_all_rows_stand_in_the_steps_beside_it():
    steps = calibration(story(8)).panels[1].marks[0]
    heights = [steps.y[place] for place in range(1, len(steps.y), 5)]
    assert abs(sum(heights) - 1) < 1e-9


def test_without_answers_it_says_so():
    assert calibration(story(8, validated=None)).missing
