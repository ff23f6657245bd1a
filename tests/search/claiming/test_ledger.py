"""The ledger of a study says at every moment what reading all its trials would say."""

from __future__ import annotations

import random

from search.choosing.fronts import front
from search.claiming.ledger import Ledger
from search.trials import TrialRecord, best, counts

STATES = ("finished", "finished", "pruned", "failed", "killed", "interrupted")


def fed(seed, direction="maximize", slots=40):
    """Yield a ledger fed with attempts at random, and what it was fed, after each."""
    chance, ledger, fed = random.Random(seed), Ledger(direction=direction), {}
    for number in range(3 * slots):
        slot = ledger.next_slot(slots)
        if slot is None:
            return
        attempt = len(ledger.attempts(slot))
        for state in ("running", chance.choice(STATES)):
            value = chance.choice((0.1, 0.5, 0.9)) if state == "finished" else None
            record = TrialRecord(number, slot, attempt, state, value, parameters=chance.choice((None, 10, 20)))
            ledger.add(record)
            fed[number] = record
            yield ledger, list(fed.values())


def test_counts_leaders_and_records_are_those_of_all_trials():
    for direction in ("maximize", "minimize"):
        for ledger, records in fed(0, direction):
            assert ledger.counts(40) == counts(records, 40)
            assert ledger.best(6) == best(records, 6, direction)
            assert ledger.front() == best(records, 1, direction)
            assert ledger.records() == tuple(records)


def test_the_next_slot_is_the_first_that_has_neither_ended_nor_runs():
    for ledger, records in fed(1):
        taken = {record.slot for record in records if record.ended or record.state == "running"}
        assert ledger.next_slot(40) == next((slot for slot in range(40) if slot not in taken), None)


def test_slots_that_run_are_passed_over_and_come_back_when_they_were_killed():
    ledger = Ledger(TrialRecord(slot, slot, 0, "running") for slot in range(3))
    assert ledger.next_slot(10) == 3
    ledger.add(TrialRecord(1, 1, 0, "killed"))
    assert ledger.next_slot(10) == 1
    assert ledger.next_slot(1) is None


def test_the_attempts_at_a_slot_are_in_order():
    killed, again = TrialRecord(4, 2, 0, "killed"), TrialRecord(9, 2, 1, "finished", 0.5)
    ledger = Ledger((again, killed))
    assert ledger.attempts(2) == (killed, again)
    assert ledger.attempts(3) == ()


def test_trials_without_a_gain_are_those_that_ended_since_the_last_better_score():
    for direction in ("maximize", "minimize"):
        for ledger, records in fed(2, direction):
            ended_ones, since, top = [record for record in records if record.ended], 0, None
            for record in ended_ones:
                better = record.value is not None and (
                    top is None or (record.value > top if direction == "maximize" else record.value < top)
                )
                top, since = (record.value, 0) if better else (top, since + 1)
            assert ledger.without_gain == since


def test_the_front_of_two_goals_is_what_none_dominates_and_of_equals_the_smaller_model():
    chance, ledger, records = random.Random(3), Ledger(direction="maximize", others=("minimize",)), []
    for slot in range(60):
        scores = chance.choice((0.1, 0.5, 0.9)), float(chance.choice((10, 20, 30)))
        records.append(
            TrialRecord(slot, slot, 0, "finished", scores[0], parameters=chance.choice((1, 2)), scores=scores)
        )
        ledger.add(records[-1])
        points = [(-record.scores[0], record.scores[1]) for record in records]
        wanted = {points[place] for place in front(points)}
        assert {(-record.scores[0], record.scores[1]) for record in ledger.front()} == wanted
        for record in ledger.front():
            equals = [other for other in records if other.scores == record.scores]
            assert record == min(equals, key=lambda other: (other.parameters, other.slot))
