"""How one attempt at a slot ends: finished, pruned with its reason, or failed for a bug."""

from __future__ import annotations

import math

import pytest

from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.stopping.pruning import pruner
from search.trials import Trials
from zoo.errors import Diverged, Infeasible

from ..studies import (
    attempts,
    draw,
    ended,
    run,
    score,
    seeded,
)


def test_what_a_trial_notes_is_stored_with_it(tmp_path):
    def objective(slot):
        draw(slot)
        slot.note(builder="mlp", parameters=5274, epochs=7)
        return 0.5

    run(tmp_path, 1, objective)
    (record,) = attempts(tmp_path)
    assert (record.builder, record.parameters, record.epochs, record.value) == ("mlp", 5274, 7, 0.5)
    assert set(record.values) == {"model.builder", "x", "n", "y"}
    assert record.seconds > 0


@pytest.mark.parametrize("error", [Infeasible("cnn.stages is 5; too many."), Diverged("the loss is nan.")])
def test_values_that_cannot_be_had_are_pruned_with_a_constraint_and_a_reason(tmp_path, error):
    def objective(slot):
        draw(slot)
        raise error

    assert run(tmp_path, 3, objective).pruned == 3
    assert {record.reason for record in attempts(tmp_path)} == {str(error)}
    for trial in open_study(tmp_path, "s").get_trials():
        assert trial.state.name == "PRUNED"
        assert list(trial.constraints.values()) == [1.0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_pruned_with_a_constraint(tmp_path, value):
    assert run(tmp_path, 1, lambda slot: value).pruned == 1
    assert run(tmp_path, 2, lambda slot: slot.report(value, 3)).pruned == 2
    assert all(sum(trial.constraints.values()) > 0 for trial in open_study(tmp_path, "s").get_trials())


@pytest.mark.slow
def test_tpe_keeps_away_from_where_values_cannot_be_had(tmp_path):
    def objective(slot):
        x = slot.suggest_float("x", 0.0, 1.0)
        slot.drawn({"x": x})
        if x > 0.5:
            raise Infeasible("x is too large.")
        return x

    run(tmp_path, 60, objective, "tpe")
    late = [record.values["x"] for record in ended(tmp_path) if record.slot >= 20]
    assert sum(x > 0.5 for x in late) < len(late) / 2


def test_a_hopeless_trial_is_pruned_at_a_rung_with_its_epoch_and_value(tmp_path):
    def objective(slot):
        for epoch in (3, 9):
            slot.report(-slot.slot, epoch)
        return -slot.slot

    study = open_study(tmp_path, "s")
    study.pruner = pruner("asha", 30)
    assert run_slots(reopen(study), 6, objective, sampler_for=seeded()).pruned == 5
    stopped = ended(tmp_path)[3]
    assert (stopped.state, stopped.epochs, stopped.value) == ("pruned", 3, -3.0)
    assert "epoch 3" in stopped.reason


def test_a_bug_fails_its_slot_with_one_line_and_the_study_goes_on(tmp_path):
    def objective(slot):
        if slot.slot == 2:
            raise RuntimeError("broken\nin two lines")
        return score(slot)

    assert run(tmp_path, 5, objective) == Trials(5, finished=4, pruned=0, failed=1, running=0, total=5)
    reason = ended(tmp_path)[2].reason
    assert reason.startswith("RuntimeError: broken in two lines (test_attempt.py:")
    assert "Traceback" in open_study(tmp_path, "s").get_trials()[2].user_attrs["facts"]["traceback"]


def test_a_fact_that_cannot_be_stored_is_a_bug_of_its_trial_alone(tmp_path):
    def objective(slot):
        slot.note(parameters={1, 2} if slot.slot == 1 else 2)
        return 0.5

    assert run(tmp_path, 3, objective).failed == 1
