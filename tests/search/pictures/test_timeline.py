"""The timeline."""

from __future__ import annotations

import pytest

from search.pictures.timeline import timeline, without_pauses

from ..stories import story


def test_a_long_pause_is_cut_out():
    clock, cuts = without_pauses([(0, 10), (10, 20), (1000, 1010)])
    assert [clock(moment) for moment in (0, 20, 1000, 1010)] == [0, 20, 20, 30]
    assert cuts == [20]


def test_a_short_pause_stays():
    clock, cuts = without_pauses([(5, 10), (10.1, 20)])
    assert clock(20) == pytest.approx(15)
    assert cuts == []


def test_trials_side_by_side_keep_their_times():
    clock, _ = without_pauses([(0, 10), (2, 8), (4, 12)])
    assert [clock(moment) for moment in (2, 8, 12)] == [2, 8, 12]


def test_each_state_has_its_own_hatch():
    spans = timeline(story(20)).panels[0].marks
    assert len({mark.hatch for mark in spans}) == len(spans) == 3


@pytest.mark.parametrize(("each", "unit"), [(1.0, "seconds"), (60.0, "minutes"), (3600.0, "hours")])
def test_the_unit_suits_the_length(each, unit):
    spans = {slot: (slot * each, (slot + 1) * each) for slot in range(5)}
    assert timeline(story(5, spans=spans)).panels[0].x_label.startswith(unit)
