"""Parallel coordinates."""

from __future__ import annotations

import pytest

from search.pictures._axes import axis_of
from search.pictures.parallel import parallel

from ..stories import story


def test_each_builder_has_a_panel_with_its_own_values():
    titles = {panel.title: [label for _, label in panel.x_ticks] for panel in parallel(story(20)).panels}
    assert titles["cnn"] == ["filters", "dropout", "learning_rate", "accuracy"]
    assert titles["mlp"] == ["units", "activation", "dropout", "learning_rate", "accuracy"]


@pytest.mark.parametrize("goal", ["accuracy", "rmse"])
def test_the_best_fifth_is_the_best_by_the_goal(goal):
    told = story(20, goal, ("mlp",))
    best = next(mark for mark in parallel(told).panels[0].marks if getattr(mark, "name", "") == "best fifth")
    scores = [trial.value for trial in told.trials if trial.state == "finished"]
    top = (max if goal == "accuracy" else min)(scores)
    ends = [y for x, y in zip(best.x, best.y, strict=True) if x == max(best.x) and y is not None]
    assert (1.0 if top == max(scores) else 0.0) in ends


def test_an_axis_goes_from_lowest_to_highest():
    axis = axis_of([0.1, 0.3, None, 0.2])
    assert [axis.place(value) for value in (0.1, 0.2, 0.3, None)] == pytest.approx([0, 0.5, 1, None])


def test_doubling_steps_lie_evenly():
    axis = axis_of([8, 16, 32])
    assert [axis.place(value) for value in (8, 16, 32)] == pytest.approx([0, 0.5, 1])


def test_choices_lie_evenly_too():
    axis = axis_of(["relu", "elu", "relu", True])
    assert [label for _, label in axis.ticks] == ["True", "elu", "relu"]


def test_one_value_lies_in_the_middle():
    assert axis_of([3.0, 3.0]).place(3.0) == 0.5
