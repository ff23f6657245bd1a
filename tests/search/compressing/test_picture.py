"""The picture of a compression: a panel a cost, each with its own front, and lines at limits."""

from __future__ import annotations

import pytest

from search.compressing.picture import picture
from search.pictures._chart import Line
from search.pictures._png import png

from .files import ROWS, answer


def lines(panel, name):
    return [mark for mark in panel.marks if isinstance(mark, Line) and mark.name == name]


@pytest.mark.parametrize(("limits", "panels"), [((), 3), (("macs=10k",), 4), (("accuracy=95%",), 3)])
def test_there_is_a_panel_for_each_cost_and_for_what_has_a_limit(limits, panels):
    assert len(picture(answer(*limits)).panels) == panels


def test_each_panel_shows_its_own_front():
    _, memory, _ = picture(answer()).panels
    (front,) = lines(memory, "none beats it")
    assert sorted(front.x) == [1000, 2000, 36000]


def test_a_limit_is_a_line_across_its_panel_alone():
    sizes, memory, _ = picture(answer("ram=2kB")).panels
    assert [line.x for line in lines(memory, "") if line.dash == "dot"] == [[2000, 2000]]
    assert not [line for line in lines(sizes, "") if line.dash == "dot"]
    assert "Dotted lines are limits." in picture(answer("ram=2kB")).about


def test_the_file_to_ship_is_starred_on_every_panel():
    stars = [line for panel in picture(answer("ram=2kB")).panels for line in lines(panel, "to ship")]
    assert [star.x for star in stars] == [[1500], [1000], [0.015]]


def test_of_one_file_there_is_nothing_to_compare():
    assert picture(answer(rows=ROWS[:1])).missing == "fewer than two files were measured"


def test_it_can_be_drawn():
    assert png(picture(answer("ram=2kB", "macs=3k"))).startswith(b"\x89PNG")
