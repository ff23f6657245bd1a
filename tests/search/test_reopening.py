"""A study that was left is taken up: nothing runs in it any more, by its database and by its ledger."""

from __future__ import annotations

import pytest

from search.claims import Claims
from search.ledger import Ledger, records
from search.reopening import MOST_KILLS, give_up, give_up_running, reopen
from search.storage import open_study
from search.trials import Trials

from .studies import attempts, draw, run, seeded


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


def leave_running(study, target=1):
    """Claim the next slot, and go on as if its process had been killed while it ran."""
    draw(Claims(Ledger(records(study)), target, seeded()).next(study))


def test_a_trial_that_ran_was_killed_by_the_database_and_by_the_ledger(study, tmp_path):
    leave_running(study)
    opened = reopen(study)
    assert [record.state for record in attempts(tmp_path)] == ["killed"]
    assert opened.ledger.records() == attempts(tmp_path)
    assert opened.ledger.counts(1) == Trials(1, finished=0, pruned=0, failed=0, running=0, total=0)
    assert opened.given_up == ()


def test_a_slot_that_was_killed_too_often_is_given_up_and_told_once(study, tmp_path):
    for _ in range(MOST_KILLS):
        leave_running(study)
        opened = reopen(study)
    assert [(record.slot, record.state) for record in opened.given_up] == [(0, "failed")]
    assert opened.ledger.counts(1).failed == 1
    assert reopen(study).given_up == ()


def test_an_interrupted_trial_is_so_in_the_ledger_and_counts_as_no_kill(study):
    ledger = Ledger()
    for _ in range(MOST_KILLS + 1):
        leave_running(study)
        assert give_up_running(study, "interrupted", ledger) == ()
    assert {record.state for record in ledger.records()} == {"interrupted"}


def test_how_a_worker_died_is_the_reason(study):
    leave_running(study)
    record = give_up(study, 1, "killed", Ledger(), "the worker was killed by SIGKILL")
    assert (record.state, record.reason) == ("killed", "the worker was killed by SIGKILL")


def test_a_trial_without_a_slot_is_ended_and_not_counted(study):
    study.ask()
    opened = reopen(study)
    assert (opened.ledger.records(), opened.given_up) == ((), ())
    assert [trial.state.name for trial in study.trials] == ["FAIL"]


def test_the_ledger_of_an_ended_study_is_what_its_database_says(study, tmp_path):
    run(tmp_path, 3)
    assert reopen(study).ledger.records() == attempts(tmp_path)
