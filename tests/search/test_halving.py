"""Successive halving: who goes on at a rung."""

from __future__ import annotations

from collections import Counter

import pytest

from search.halving import Halving, Rung, Score, brackets_of
from search.pruning import pruner
from search.reopening import reopen
from search.slots import run_slots
from search.storage import open_study
from zoo.training.rungs import rungs

from .studies import ended, seeded


def _rung(*scores):
    rung = Rung()
    for slot, score in enumerate(scores):
        rung.put(slot, score if isinstance(score, Score) else Score(score))
    return rung


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 30])
def test_the_best_third_goes_on_and_at_least_the_best_one(count):
    rung = _rung(*(float(gain) for gain in range(count)))
    kept = [slot for slot in range(count) if rung.lets_go_on(slot)]
    assert kept == list(range(count - max(1, count // 3), count))


def test_a_later_attempt_takes_the_place_of_an_earlier_one():
    rung = _rung(0.9, 0.5)
    rung.put(0, Score(0.1))
    assert (rung.lets_go_on(0), rung.lets_go_on(1)) == (False, True)


def test_what_no_other_dominates_is_spared():
    rung = _rung(
        *(Score(0.9, (100.0,)) for _ in range(3)), Score(0.5, (10.0,)), Score(0.4, (10.0,)), Score(0.8, (101.0,))
    )
    assert [rung.lets_go_on(slot) for slot in range(6)] == [True, True, True, True, False, False]


def test_brackets_are_hyperbands_shares_and_spread_evenly():
    halving = Halving(brackets_of(30))
    first = Counter(halving._bracket(slot) for slot in range(17))
    assert (brackets_of(30), first) == (3, {0: 9, 1: 5, 2: 3})  # Li 2017, algorithm 1, of 3, 9 and 27 epochs
    assert all(len({halving._bracket(slot) for slot in range(k, k + 9)}) == 3 for k in range(40))


def _of_30(value, told):
    def objective(slot):
        for epoch in rungs(30):
            slot.report(value(slot.slot), epoch)
            told.append((slot.slot, epoch))
        return value(slot.slot)

    return objective


def test_hyperband_lets_slow_starters_be_until_the_rung_of_their_bracket(tmp_path):
    study, told, halving = open_study(tmp_path, "s"), [], Halving(brackets_of(30))
    study.pruner = pruner("hyperband", 30)
    run_slots(reopen(study), 17, _of_30(lambda slot: -float(slot), told), sampler_for=seeded())
    for record in ended(tmp_path):
        bracket = halving._bracket(record.slot)
        assert record.state == "finished" or record.epochs >= (3, 9, 27)[bracket]
    assert Counter(record.epochs for record in ended(tmp_path)).keys() == {3, 9, 27}


def test_a_study_that_goes_on_remembers_what_earlier_processes_reported(tmp_path):
    for target in (3, 6):
        study = open_study(tmp_path, "s")
        study.pruner = pruner("asha", 30)
        run_slots(reopen(study), target, _of_30(lambda slot: -float(slot), []), sampler_for=seeded())
    assert [record.state for record in ended(tmp_path)] == ["finished"] + ["pruned"] * 5
