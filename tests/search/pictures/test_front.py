"""The Pareto front."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.choosing.fronts import front as places
from search.pictures._chart import Line, Texts
from search.pictures.front import front

from ..stories import of_goals, story, without_success


def marks(picture, panel=0):
    return {mark.name: mark for mark in picture.panels[panel].marks if isinstance(mark, Line) and mark.name}


def test_the_front_is_what_no_other_finished_trial_beats():
    told = of_goals(40)
    done = [one for one in told.trials if one.state == "finished"]
    points = [(one.costs["bytes"], -one.value) for one in done]
    expected = {points[place] for place in places(points)}
    shown = marks(front(told))
    assert {(x, -y) for x, y in zip(shown["Pareto front"].x, shown["Pareto front"].y, strict=True)} == expected
    assert len(shown["beaten"].x) == len(done) - len(expected)
    (names,) = (mark for mark in front(told).panels[0].marks if isinstance(mark, Texts))
    assert set(names.texts) == {f"#{one.slot}" for one in done if (one.costs["bytes"], -one.value) in expected}


def test_the_champion_has_a_star_on_its_own_point():
    told = of_goals()
    (champion,) = (one for one in told.trials if one.slot == told.champion)
    star = marks(front(told))["champion"]
    assert (list(star.x), list(star.y), star.marker) == ([champion.costs["bytes"]], [champion.value], "star")


def test_limits_are_lines_across_the_whole_panel():
    told = of_goals(20, ("accuracy", "bytes"), ("bytes=40kB", "accuracy=70%"))
    shown = marks(front(told))
    across, up = shown["accuracy at least .700"], shown["bytes at most 40,000"]
    assert (set(across.y), set(up.x)) == ({0.7}, {40000})
    assert min(across.x) < 40000 < max(across.x) and min(up.y) < 0.7 < max(up.y)


def test_trials_that_were_stopped_and_those_that_were_never_trained_have_marks_of_their_own():
    told = of_goals(20)
    shown = marks(front(told))
    stopped = [one for one in told.trials if one.state == "pruned" and one.value is not None]
    refused = [one for one in told.trials if one.value is None]
    assert len(stopped) == len(shown["stopped early"].x)
    assert list(shown["without a score"].x) == [one.costs["bytes"] for one in refused]


def test_the_line_along_two_goals_only_ever_climbs_to_the_right():
    (line,) = (
        mark
        for mark in front(of_goals(40)).panels[0].marks
        if isinstance(mark, Line) and mark.width > 1 and not mark.name
    )
    assert list(line.x) == sorted(line.x) and list(line.y) == sorted(line.y)


def test_of_several_other_goals_each_has_a_panel():
    picture = front(of_goals(20, ("bytes", "accuracy", "ram", "latency"), ()))
    assert [panel.x_label.split()[0] for panel in picture.panels] == ["bytes", "ram", "latency"]
    assert not any(
        mark.width > 1 and not mark.name for panel in picture.panels for mark in panel.marks if isinstance(mark, Line)
    )


@pytest.mark.parametrize(
    ("told", "across"), [(story(20), "parameters"), (of_goals(20, ("accuracy",), ("ram=2k",)), "ram")]
)
def test_of_one_goal_the_score_stands_against_what_has_a_limit_or_the_size(told, across):
    picture = front(told)
    assert picture.title == "Score against size"
    assert picture.panels[0].x_label.startswith(across)
    assert "Pareto front" not in marks(picture)


def test_without_a_score_it_says_so():
    assert "no trial has ended with a score" in front(without_success("failed")).missing


def test_trials_of_studies_without_recorded_costs_are_told_by_their_parameters():
    told = story(12)
    sizes = replace(told, trials=tuple(replace(one, parameters=1000 * (one.slot + 1)) for one in told.trials))
    finished = [one for one in sizes.trials if one.state == "finished"]
    assert sorted(marks(front(sizes))["finished"].x) == [one.parameters for one in finished]
