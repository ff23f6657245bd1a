"""Successive halving: who goes on at a rung."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import numpy as np
import pytest

from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.stopping.halving import Halving, Rung, Score, brackets_of
from search.stopping.pruning import pruner, reported
from zoo.training.rungs import rungs

from ..studies import ended, seeded


def _rung(*scores):
    rung = Rung()
    for slot, score in enumerate(scores):
        rung.put(slot, score if isinstance(score, Score) else Score(score))
    return rung


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 30])
def test_the_best_third_rounded_up_goes_on(count):
    rung = _rung(*(float(gain) for gain in range(count)))
    kept = [slot for slot in range(count) if rung.lets_go_on(slot)]
    assert kept == list(range(count - math.ceil(count / 3), count))


def test_a_later_attempt_takes_the_place_of_an_earlier_one():
    rung = _rung(0.9, 0.5)
    rung.put(0, Score(0.1))
    assert (rung.lets_go_on(0), rung.lets_go_on(1)) == (False, True)


def test_what_no_other_dominates_is_spared():
    rung = _rung(*(Score(gain, (gain,)) for gain in (0.9, 0.7, 0.5, 0.3, 0.1)), Score(0.1, (0.9,)))
    assert [rung.lets_go_on(slot) for slot in range(6)] == [True, True, True, True, True, False]


def test_with_costs_the_third_that_fewest_others_dominate_goes_on_too():
    random, rung, points, replaced = Random(0), Rung(), {}, 0
    for _ in range(300):
        slot = random.randrange(200)  # some come again, as attempts at slots do
        gain, costs = random.random(), (float(random.randrange(5)), random.random())
        replaced += slot in points
        rung.put(slot, Score(gain, costs))
        points[slot] = (-gain, *costs)
    array = np.array([points[slot] for slot in sorted(points)])
    no_worse = (array[:, None] <= array[None]).all(-1)
    dominators = (no_worse & (array[:, None] < array[None]).any(-1)).sum(0)
    kept = math.ceil(len(array) / 3)
    expected = (dominators <= np.sort(dominators)[kept - 1]) | (array[:, 0] <= np.sort(array[:, 0])[kept - 1])
    assert replaced and [rung.lets_go_on(slot) for slot in sorted(points)] == expected.tolist()


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


@pytest.mark.parametrize("directions", ["maximize", ["maximize", "minimize"]])
def test_a_trial_is_compared_with_what_other_processes_report_meanwhile(tmp_path, directions):
    here, there = (open_study(tmp_path, "s", directions) for _ in range(2))
    stopped = []
    for study, gain in ((here, 0.5), (there, 0.9), (here, 0.7), (there, 0.6)):
        study.pruner = pruner("asha", 30) if len(stopped) < 2 else study.pruner
        trial = study.ask()
        trial.set_user_attr("slot", len(stopped))
        stopped.append(reported(trial, gain, 3))
    assert stopped == [False, False, True, True]
