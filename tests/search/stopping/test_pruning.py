"""Pruners by name."""

from __future__ import annotations

import pytest

from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.stopping.pruning import pruner
from zoo.errors import UnknownName
from zoo.training.rungs import rungs

from ..studies import ended, seeded


def _reporting(values):
    def objective(slot):
        for epoch in rungs(30):
            slot.report(values[slot.slot], epoch)
        return values[slot.slot]

    return objective


def _states(root, name, values):
    study = open_study(root, "s")
    study.pruner = pruner(name, 30)
    run_slots(reopen(study), len(values), _reporting(values), sampler_for=seeded())
    return [record.state for record in ended(root)]


def test_asha_lets_about_the_best_third_go_on(tmp_path):
    assert _states(tmp_path, "asha", [0.1, 0.5, 0.2, 0.3, 0.4, 0.6]) == [
        "finished",
        "finished",
        "pruned",
        "pruned",
        "pruned",
        "finished",
    ]


def test_none_stops_nothing(tmp_path):
    assert set(_states(tmp_path, "none", [0.5, 0.1, 0.1, 0.1])) == {"finished"}


def test_a_killed_trial_does_not_compete_with_its_retry(tmp_path):
    study = open_study(tmp_path, "s")
    study.pruner = pruner("asha", 30)
    for _ in range(4):

        def interrupted(slot):
            slot.report(0.9, 3)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_slots(reopen(study), 1, interrupted, sampler_for=seeded())
    run_slots(reopen(study), 1, _reporting([0.1]), sampler_for=seeded())
    assert [record.state for record in ended(tmp_path)] == ["finished"]


def test_an_unknown_pruner_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'asha'"):
        pruner("ash", 30)
