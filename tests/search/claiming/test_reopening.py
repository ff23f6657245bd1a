"""A study that was left is taken up: nothing of the dead runs in it, by its database and by its ledger."""

from __future__ import annotations

import pytest

from search.claiming.claims import Claims
from search.claiming.leases import Leases
from search.claiming.ledger import Ledger
from search.claiming.reopening import MOST_IN_VAIN, give_up, give_up_own, reopen
from search.claiming.storage import open_study
from search.trials import Trials

from ..studies import attempts, draw, run, seeded


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


@pytest.fixture
def reopened(study, tmp_path):
    """Return what opens the study and takes all others for dead."""

    def opened(progress=0):
        return reopen(study, Leases(study, tmp_path / "mlruns/studies/s", grace_s=-1.0), lambda slot: progress)

    return opened


def leave_running(study, opened):
    """Claim the next slot, and go on as if its process had been killed while it ran."""
    draw(Claims(opened, 1, seeded()).next(study))


def test_a_trial_that_ran_was_killed_by_the_database_and_by_the_ledger(study, reopened, tmp_path):
    leave_running(study, reopened())
    opened = reopened()
    assert [record.state for record in attempts(tmp_path)] == ["killed"]
    assert opened.ledger.records() == attempts(tmp_path)
    assert opened.ledger.counts(1) == Trials(1, finished=0, pruned=0, failed=0, running=0, total=0)
    assert opened.given_up == ()


def test_a_trial_of_a_living_process_is_let_be(study, tmp_path):
    with Leases(study, tmp_path / "mlruns/studies/s") as leases:
        leave_running(study, reopen(study, leases))
        assert [record.state for record in reopen(study).ledger.records()] == ["running"]
        assert [record.state for record in attempts(tmp_path)] == ["running"]


def test_a_slot_that_was_killed_too_often_is_given_up_and_told_once(study, reopened):
    opened = reopened()
    for _ in range(MOST_IN_VAIN):
        leave_running(study, opened)
        opened = reopened()
    assert [(record.slot, record.state) for record in opened.given_up] == [(0, "failed")]
    assert opened.given_up[0].reason == "its process was killed 3 times in a row while it ran, without progress"
    assert opened.ledger.counts(1).failed == 1
    assert reopened().given_up == ()


def test_a_slot_whose_checkpoint_moves_on_between_kills_is_never_given_up(study, reopened):
    for progress in range(3 * MOST_IN_VAIN):
        leave_running(study, reopened(progress))
    assert reopened(3 * MOST_IN_VAIN).ledger.counts(1).total == 0


def test_kills_in_vain_are_counted_anew_after_one_that_was_not(study, reopened):
    for progress in (0, 0, 0, 1, 1):  # what the next attempt finds: two in vain, one that moved on, one more in vain
        leave_running(study, reopened(progress))
    assert reopened(1).ledger.counts(1).total == 0


def test_an_interrupted_trial_is_so_in_the_ledger_and_counts_as_no_kill(study, reopened):
    for _ in range(MOST_IN_VAIN + 1):
        opened = reopened()
        leave_running(study, opened)
        give_up_own(opened, "interrupted")
        assert {record.state for record in opened.ledger.records()} == {"interrupted"}
    assert reopened().ledger.counts(1).total == 0


def test_a_trial_that_its_owner_told_the_end_of_before_it_died_keeps_it(study, reopened, tmp_path):
    leave_running(study, reopened())
    study.tell(0, 0.7)
    opened = reopened()
    assert [(record.state, record.value) for record in attempts(tmp_path)] == [("finished", 0.7)]
    assert opened.given_up == ()
    assert opened.leases.next_attempt(0) is None


def test_a_claim_whose_owner_died_before_it_made_a_trial_is_lost(reopened):
    dead = reopened().leases
    dead.take(0, 0)
    assert reopened().leases.next_attempt(0) == 1


def test_a_trial_that_nobody_claims_was_left_by_an_earlier_version(study, reopened, tmp_path):
    study.enqueue_trial({}, user_attrs={"slot": 0, "attempt": 0})
    study.ask()
    assert [record.state for record in reopened().ledger.records()] == ["killed"]


def test_how_a_worker_died_is_the_reason(study, reopened):
    leave_running(study, reopened())
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
