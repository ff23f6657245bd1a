"""The edges of a panel of scores."""

from __future__ import annotations

import pytest

from search.pictures._frame import MOST_TICKS, frame_of, round_ticks, short_number, wider


def test_scores_far_behind_stand_at_the_worst_edge_and_near_ones_in_their_place():
    frame = frame_of([1, 2], False, "accuracy", [0.95, 0.97], [0.3, 0.93, 0.96])
    assert frame.low < 0.93 and frame.low > 0.9 and frame.worst == frame.low
    assert [frame.height("accuracy", score) for score in (0.3, 0.93)] == [frame.low, 0.93]


def test_of_errors_the_worst_edge_is_the_upper_one():
    frame = frame_of([1, 2], False, "rmse", [40.0, 50.0], [400.0, 55.0])
    assert frame.worst == frame.high < 100
    assert [frame.height("rmse", score) for score in (400.0, 55.0)] == [frame.high, 55.0]


@pytest.mark.parametrize("finished", [[], [0.9]])
def test_without_two_finished_scores_to_tell_a_range_every_score_has_its_place(finished):
    frame = frame_of([1.0], True, "accuracy", finished, [0.2, 0.8])
    assert frame.height("accuracy", 0.2) == 0.2 and frame.low < 0.2


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[5.0], [2.0, 900.0], [7, 7, 8]])
def test_all_values_lie_inside_the_edges(values, log):
    low, high = wider(values, log)
    assert low < min(values) and max(values) < high


@pytest.mark.parametrize(("low", "high"), [(5_000, 90_000), (1, 2), (900, 2e7), (0.09, 0.11), (13, 17)])
@pytest.mark.parametrize("log", [False, True])
def test_ticks_are_few_and_inside(low, high, log):
    ticks = round_ticks(low, high, log)
    assert len(ticks) <= MOST_TICKS + 1
    assert all(low <= place <= high * (1 + 1e-9) for place, _ in ticks)


@pytest.mark.parametrize(
    ("value", "words"), [(500, "500"), (2000, "2k"), (1_500_000, "1.5M"), (3e9, "3G"), (0.25, "0.25")]
)
def test_counts_are_short(value, words):
    assert short_number(value) == words
