"""N slots end exactly once each, as asked for."""

from __future__ import annotations

import errno

import optuna
import pytest

from search.claiming.leases import Leases
from search.claiming.ledger import record_of_trial, records
from search.claiming.owners import WORKER, Owner
from search.claiming.reopening import MOST_IN_VAIN, reopen
from search.claiming.slots import run_slots
from search.claiming.storage import database, open_study
from search.trials import Trials, read_study
from zoo.errors import Infeasible, ZooError

from ..studies import attempts, draw, ended, points, run, score, seeded


def test_a_study_ends_with_the_asked_number_of_slots_in_order(tmp_path):
    heard = []
    assert run(tmp_path, 10, on_end=heard.append) == Trials(10, finished=10, pruned=0, failed=0, running=0, total=10)
    assert [record.slot for record in heard] == list(range(10))
    assert heard == list(attempts(tmp_path))


def test_the_target_is_a_total_so_a_study_grows_from_10_to_25(tmp_path):
    run(tmp_path, 10)
    first = points(tmp_path)
    assert run(tmp_path, 25).total == 25
    assert points(tmp_path)[:10] == first
    assert len({tuple(point.items()) for point in points(tmp_path)}) == 25


def test_who_joins_a_study_that_has_grown_meanwhile_does_not_shrink_it(tmp_path):
    def joined(study):
        return reopen(study, Leases(study, tmp_path / "studies" / "s", Owner.here(WORKER)))

    run(tmp_path, 12)
    run(tmp_path, 10, opened=joined)
    assert read_study(database(tmp_path), "s").target == 12


def test_a_finished_study_runs_nothing_more(tmp_path):
    run(tmp_path, 5)
    assert run(tmp_path, 5, objective=pytest.fail).total == 5
    assert run(tmp_path, 3, objective=pytest.fail).total == 5


def test_a_study_whose_first_three_trials_fail_stops_with_the_reason(tmp_path):
    def objective(slot):
        raise RuntimeError("broken")

    with pytest.raises(ZooError, match=r"all 3 trials so far failed, the last by RuntimeError: broken"):
        run(tmp_path, 20, objective)
    with pytest.raises(ZooError, match="all 4 trials"):
        run(tmp_path, 20, objective)
    assert run(tmp_path, 20) == Trials(20, finished=16, pruned=0, failed=4, running=0, total=20)


def test_a_trial_that_somebody_else_has_ended_keeps_their_end(tmp_path):
    def objective(slot):
        if slot.slot == 1:
            optuna.load_study(study_name="s", storage=study._storage).tell(1, 7.0)
        return 0.5

    study = open_study(tmp_path, "s")
    assert run_slots(reopen(study), 3, objective, sampler_for=seeded()).finished == 3
    assert [record.value for record in ended(tmp_path)] == [0.5, 7.0, 0.5]


def test_a_late_report_ends_neither_the_loop_nor_the_trial_twice(tmp_path):
    def objective(slot):
        study.tell(slot.slot, 7.0)
        slot.report(0.1, 3)
        return 0.5

    study = open_study(tmp_path, "s")
    assert run_slots(reopen(study), 2, objective, sampler_for=seeded()).finished == 2


def test_stop_is_asked_between_slots(tmp_path):
    heard = []
    assert run(tmp_path, 10, on_end=heard.append, stop=lambda: len(heard) == 4).total == 4


def test_ctrl_c_passes_through_and_its_slot_runs_again_with_the_same_values(tmp_path):
    def interrupted(slot):
        draw(slot)
        if slot.slot == 3:
            raise KeyboardInterrupt
        return 0.5

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, 5, interrupted)
    assert [record.state for record in attempts(tmp_path)] == ["finished"] * 3 + ["interrupted"]
    assert run(tmp_path, 5).total == 5
    first, second = (record for record in attempts(tmp_path) if record.slot == 3)
    assert (first.attempt, second.attempt, second.state) == (0, 1, "finished")
    assert first.values == second.values


def test_interruptions_never_give_a_slot_up(tmp_path):
    def interrupted(slot):
        raise KeyboardInterrupt

    for _ in range(MOST_IN_VAIN + 2):
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, 1, interrupted)
    assert run(tmp_path, 1).finished == 1


def test_a_waiting_trial_left_by_a_kill_is_used_and_not_doubled(tmp_path):
    run(tmp_path, 2)
    open_study(tmp_path, "s").enqueue_trial({"x": 1.5}, user_attrs={"slot": 2, "attempt": 0})
    assert run(tmp_path, 4).total == 4
    assert [record.slot for record in attempts(tmp_path)] == [0, 1, 2, 3]
    assert attempts(tmp_path)[2].values["x"] == 1.5


def test_trials_without_a_slot_are_none_of_ours(tmp_path):
    study = open_study(tmp_path, "s")
    study.add_trial(optuna.trial.create_trial(value=1.0))
    assert run(tmp_path, 2).total == 2
    assert len(attempts(tmp_path)) == 2


def test_records_of_a_study_equal_what_is_read_without_optuna(tmp_path):
    def objective(slot):
        if slot.slot % 3 == 1:
            raise Infeasible("no.")
        if slot.slot % 3 == 2:
            raise RuntimeError("bug")
        return score(slot)

    run(tmp_path, 9, objective)
    whole = tuple(record_of_trial(trial) for trial in open_study(tmp_path, "s").get_trials())
    assert records(open_study(tmp_path, "s")) == attempts(tmp_path) == whole


def test_trouble_of_the_machine_is_no_failure_of_a_trial(tmp_path):
    def full(slot):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        run(tmp_path, 3, objective=full)
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"]
    done = run(tmp_path, 3)
    assert (done.finished, done.failed) == (3, 0)
