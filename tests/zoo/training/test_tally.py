"""How long a call into the program may be: about half a second, learned from one call to the next."""

from __future__ import annotations

import pytest

from zoo.training.tally import SLICE_SECONDS, Pace


def test_the_first_call_is_one_step_and_two_quick_ones_lead_to_sixty_four():
    pace = Pace()
    found = [pace.steps]
    for _ in range(2):
        pace.learn(1e-4)
        found.append(pace.steps)
    assert found == [1, 8, 64]


def test_a_first_call_that_was_long_by_its_tracing_costs_one_short_call_more():
    pace, found = Pace(), []
    for seconds in (60.0, 1e-4, 1e-4):
        pace.learn(seconds)
        found.append(pace.steps)
    assert found == [1, 8, 64]


@pytest.mark.parametrize("a_step", [0.002, 0.05, 0.4, 7.0])
def test_calls_come_to_last_half_a_second_or_one_step(a_step):
    pace = Pace()
    for _ in range(9):
        pace.learn(pace.steps * a_step)
    assert pace.steps == max(1, int(SLICE_SECONDS / a_step))


def test_steps_of_another_batch_size_begin_anew():
    pace = Pace().of(32)
    pace.learn(1e-4)
    assert pace.of(32) is pace
    assert (pace.of(64).steps, pace.of(64).batch) == (1, 64)
