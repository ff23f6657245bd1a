"""Slots are claimed one at a time, each as a running trial that bears its slot from its first moment on."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from search.claims import Claims
from search.ledger import Ledger, records
from search.storage import open_study
from search.trials import TrialRecord

from .studies import attempts, draw, run, seeded


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


def test_slots_are_claimed_in_order_and_none_twice(study, tmp_path):
    claims, claimed = Claims(Ledger(), 3, seeded()), []
    while slot := claims.next(study):
        slot.let_go()
        claimed.append(slot)
    assert [slot.slot for slot in claimed] == [0, 1, 2]
    assert [record.state for record in attempts(tmp_path)] == ["running"] * 3


def test_the_next_claim_waits_until_the_values_of_the_last_one_are_drawn(study):
    claims, came = Claims(Ledger(), 2, seeded()), Event()
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
    claims = Claims(Ledger(), 5, seeded())
    first = claims.next(study)
    drawn = draw(first)
    claims.settle(TrialRecord(first.trial.number, 0, 0, "killed", values={"x": drawn[0]}))
    again = claims.next(study)
    assert (again.slot, again.attempt) == (0, 1)
    assert draw(again) == drawn


def test_a_failure_to_claim_holds_nobody_up(study):
    def broken(slot):
        raise OSError("full")

    claims = Claims(Ledger(), 1, broken)
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            claims.next(study)


def test_nothing_is_left_to_claim_of_a_study_that_has_ended(study, tmp_path):
    run(tmp_path, 2)
    assert Claims(Ledger(records(study)), 2, seeded()).next(study) is None


def test_who_waited_for_a_turn_until_the_study_stops_claims_nothing(study, tmp_path):
    stopping, claimed = Event(), []
    claims = Claims(Ledger(), 2, seeded(), stopping.is_set)
    first = claims.next(study)
    other = Thread(target=lambda: claimed.append(claims.next(study)))
    other.start()
    stopping.set()
    draw(first)
    other.join(30)
    assert claimed == [None]
    assert len(attempts(tmp_path)) == 1
