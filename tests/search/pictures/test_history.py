"""The optimisation history."""

from __future__ import annotations

import pytest

from search.pictures.history import best_so_far, history

from ..stories import story, trial, without_success


@pytest.mark.parametrize(("direction", "worse"), [("maximize", lambda a, b: a < b), ("minimize", lambda a, b: a > b)])
def test_the_best_so_far_only_ever_gets_better(direction, worse):
    trials = [trial(slot) for slot in range(30)]
    values = best_so_far(trials, direction)
    assert not any(worse(after, before) for before, after in zip(values, values[1:], strict=False))
    assert values[-1] == (max if direction == "maximize" else min)(one.value for one in trials)


def test_a_stopped_trial_does_not_count_as_the_best():
    stopped, finished = trial(0, state="pruned"), trial(1)
    assert best_so_far([stopped, finished], "maximize") == [None, finished.value]


def test_each_state_has_its_own_mark():
    names = [mark.name for mark in history(story(20)).panels[0].marks]
    assert names == ["no value", "stopped early", "finished", "best so far"]


def test_without_any_value_the_axis_claims_none():
    panel = history(without_success("failed")).panels[0]
    assert (panel.y_ticks, panel.y_label) == ((), "")


def test_lower_is_said_to_be_better_for_an_error():
    assert history(story(5, "rmse", ("mlp",))).about.startswith("Lower is better")
