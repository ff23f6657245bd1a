"""Slots are claimed one at a time, each as a running trial that bears its slot from its first moment on."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from search.claiming.claims import Claims
from search.claiming.reopening import reopen
from search.claiming.storage import open_study
from search.trials import TrialRecord

from ..studies import attempts, draw, run, seeded


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


def test_slots_are_claimed_in_order_and_none_twice(study, tmp_path):
    claims, claimed = Claims(reopen(study), 3, seeded()), []
    while slot := claims.next(study):
        slot.let_go()
        claimed.append(slot)
    assert [slot.slot for slot in claimed] == [0, 1, 2]
    assert [record.state for record in attempts(tmp_path)] == ["running"] * 3


def test_the_next_claim_waits_until_the_values_of_the_last_one_are_drawn(study):
    claims, came = Claims(reopen(study), 2, seeded()), Event()
    first = claims.next(study)

    def claim():
        claims.next(study).let_go()
        came.set()

    other = Thread(target=claim)
    other.start()
    assert not came.wait(0.2)
    draw(first)
    assert came.wait(30)
    other.join()


def test_a_slot_that_was_killed_is_claimed_again_with_the_values_it_had(study):
    claims = Claims(reopen(study), 5, seeded())
    first = claims.next(study)
    drawn = draw(first)
    claims.settle(TrialRecord(first.trial.number, 0, 0, "killed", values={"x": drawn[0]}))
    again = claims.next(study)
    assert (again.slot, again.attempt) == (0, 1)
    assert draw(again) == drawn


def test_a_failure_to_claim_holds_nobody_up(study):
    def broken(slot):
        raise OSError("full")

    claims = Claims(reopen(study), 1, broken)
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            claims.next(study)
    assert Claims(reopen(study), 1, seeded()).next(study).slot == 0


def test_nothing_is_left_to_claim_of_a_study_that_has_ended(study, tmp_path):
    run(tmp_path, 2)
    assert Claims(reopen(study), 2, seeded()).next(study) is None


def test_who_waited_for_a_turn_until_the_study_stops_claims_nothing(study, tmp_path):
    stopping, claimed = Event(), []
    claims = Claims(reopen(study), 2, seeded(), stopping.is_set)
    first = claims.next(study)
    other = Thread(target=lambda: claimed.append(claims.next(study)))
    other.start()
    stopping.set()
    draw(first)
    other.join(30)
    assert claimed == [None]
    assert len(attempts(tmp_path)) == 1


def two(root, target):
    """Return the claims of one study twice, each with its study, as two processes have them."""
    studies = [open_study(root, "s") for _ in range(2)]
    return [(Claims(reopen(study), target, seeded()), study) for study in studies]


def test_what_one_process_claims_another_passes_over(tmp_path):
    sides, claimed = two(tmp_path, 5), []
    for turn in range(6):
        claims, study = sides[turn % 2]
        if (slot := claims.next(study)) is not None:
            slot.let_go()
            claimed.append(slot.slot)
    assert claimed == list(range(5))
    assert [record.slot for record in attempts(tmp_path)] == list(range(5))


def test_news_of_another_process_are_told_once_and_its_ended_slots_are_not_claimed(tmp_path):
    (mine, own), (theirs, other) = two(tmp_path, 3)
    slot = theirs.next(other)
    draw(slot)
    other.tell(slot.trial, 0.7)
    (record,) = mine.news()
    mine.take_in(record)
    assert (record.slot, record.state, record.value, record.foreign) == (0, "finished", 0.7, True)
    assert mine.news() == ()
    assert mine.next(own).slot == 1


def test_news_hold_nothing_of_what_this_process_runs(tmp_path):
    (mine, own), _ = two(tmp_path, 3)
    slot = mine.next(own)
    draw(slot)
    own.tell(slot.trial, 0.7)
    assert mine.news() == ()


def test_who_runs_the_last_free_slot_waits_for_nobody_and_the_other_one_for_it(tmp_path):
    (mine, own), (theirs, other) = two(tmp_path, 1)
    mine.next(own).let_go()
    assert theirs.next(other) is None
    assert (mine.waits(), theirs.waits()) == (False, True)


def test_a_slot_whose_claim_was_lost_before_its_trial_was_made_is_claimed_with_the_next_attempt(tmp_path):
    (mine, own), (theirs, other) = two(tmp_path, 1)
    theirs._leases.take(0, 0)
    assert mine.next(own) is None
    theirs._leases.settle(0, 0, "lost")
    slot = mine.next(own)
    assert (slot.slot, slot.attempt) == (0, 1)
