"""Forecasts of the time left, from records whose trials take as long as they say."""

from __future__ import annotations

import pytest

from search.costs.forecasting import Forecast, in_words, time_left
from search.trials import TrialRecord, Trials


def record(slot: int, seconds: float | None, state: str = "finished") -> TrialRecord:
    return TrialRecord(slot, slot, 0, state, seconds=seconds)


def trials(target: int, total: int, running: int = 0) -> Trials:
    return Trials(target=target, finished=total, pruned=0, failed=0, running=running, total=total)


def test_before_a_trial_has_ended_nothing_is_foretold():
    assert time_left([record(0, None, "running")], trials(20, 0, running=1)) is None


def test_trials_that_all_take_alike_are_foretold_exactly():
    found = time_left([record(slot, 3.0) for slot in range(8)], trials(20, 8))
    assert found.seconds == pytest.approx(12 * 3)
    assert found.low < found.seconds < found.high


def test_the_first_trials_which_start_processes_do_not_count_once_there_are_later_ones():
    slow = [record(0, 60.0), record(1, 40.0)]
    quick = [record(slot, 2.0) for slot in range(2, 4)]
    assert time_left(slow + quick, trials(10, 4)).seconds == pytest.approx(6 * 2)


def test_workers_share_the_trials_and_one_that_runs_is_half_done():
    ended = [record(slot, 4.0) for slot in range(6)]
    assert time_left(ended, trials(20, 6, running=2), workers=2).seconds == pytest.approx((14 - 1) * 4 / 2)


def test_more_trials_that_run_than_workers_of_this_command_are_those_of_others():
    ended = [record(slot, 4.0) for slot in range(6)]
    assert time_left(ended, trials(26, 6, running=4), workers=1).seconds == pytest.approx((20 - 2) * 4 / 4)


def test_finalists_are_as_long_as_trials_that_finished_side_by_side():
    ended = [record(slot, 1.0, "pruned") for slot in range(6)] + [record(slot, 9.0) for slot in range(6, 10)]
    left = Trials(target=10, finished=4, pruned=6, failed=0, running=0, total=10)
    assert time_left(ended, left, workers=2, finalists=3).seconds == pytest.approx(2 * 9)
    assert time_left(ended, left, workers=2, finalists=0).seconds == 0


def test_the_range_narrows_with_the_trials_that_tell():
    few, many = (time_left([record(slot, 1.0) for slot in range(n)], trials(100, n)) for n in (2, 50))
    assert many.high / many.seconds < few.high / few.seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.42, "0.4 s"),
        (7.4, "7 s"),
        (44.4, "44 s"),
        (89, "89 s"),
        (100, "100 s"),
        (130, "2 min"),
        (754, "13 min"),
        (7300, "2 h"),
    ],
)
def test_spans_are_no_more_precise_than_forecasts_are(seconds, words):
    assert in_words(seconds) == words


def test_a_forecast_reads_as_one_phrase_and_is_plain_json():
    found = Forecast(44.4, 22.2, 88.8)
    assert str(found) == "about 44 s (22 s to 89 s)"
    assert found.to_json() == {"seconds": 44.0, "low": 22.0, "high": 89.0}
