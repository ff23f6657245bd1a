"""N slots end exactly once each, whatever happens on the way."""

from __future__ import annotations

import errno
import os
import random
import signal
import time
from collections import Counter
from threading import Barrier, Event, Lock

import optuna
import pytest

from search.slots import MOST_KILLS, records, run_slots
from search.storage import open_study
from search.succession import WorkerClosed, WorkerDied
from search.threads import Threads
from search.trials import Trials
from zoo.errors import Infeasible, ZooError

from .studies import (
    attempts,
    child,
    draw,
    ended,
    kill,
    lines,
    needs_fork,
    points,
    run,
    score,
    seeded,
    wait_for,
    write_line,
)


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
    assert run_slots(study, 3, objective, sampler_for=seeded()).finished == 3
    assert [record.value for record in ended(tmp_path)] == [0.5, 7.0, 0.5]


def test_a_late_report_ends_neither_the_loop_nor_the_trial_twice(tmp_path):
    def objective(slot):
        study.tell(slot.slot, 7.0)
        slot.report(0.1, 3)
        return 0.5

    study = open_study(tmp_path, "s")
    assert run_slots(study, 2, objective, sampler_for=seeded()).finished == 2


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

    for _ in range(MOST_KILLS + 2):
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
    assert records(open_study(tmp_path, "s")) == attempts(tmp_path)


@needs_fork
@pytest.mark.parametrize("name", ["random", "tpe"])
def test_a_study_killed_after_7_of_20_draws_what_an_unbroken_one_draws(tmp_path, name):
    run(tmp_path / "whole", 20, name=name)

    def leave_running(slot):
        draw(slot)
        os._exit(9)

    run(tmp_path / "broken", 7, name=name)
    process = child(run, tmp_path / "broken", 20, leave_running, name)
    process.join()
    assert run(tmp_path / "broken", 20, name=name).total == 20
    assert [record.state for record in attempts(tmp_path / "broken")].count("killed") == 1
    assert points(tmp_path / "broken") == points(tmp_path / "whole")


@needs_fork
def test_a_slot_whose_process_dies_five_times_ends_failed(tmp_path):
    def poison(slot):
        draw(slot)
        if slot.slot == 1:
            os._exit(9)
        return 0.5

    for _ in range(MOST_KILLS):
        process = child(run, tmp_path, 3, poison)
        process.join()
        assert process.exitcode == 9
    heard = []
    assert run(tmp_path, 3, poison, on_end=heard.append) == Trials(3, 2, 0, 1, 0, 3)
    assert [(record.slot, record.state) for record in heard] == [(1, "failed"), (2, "finished")]
    assert heard[0].reason == "its process was killed 5 times while it ran"
    assert len({str(record.values) for record in attempts(tmp_path) if record.slot == 1}) == 1


@needs_fork
def test_sigint_in_the_middle_of_a_trial_marks_it_at_once(tmp_path):
    def sleepy(slot):
        draw(slot)
        (tmp_path / "asleep").touch()
        time.sleep(60)

    process = child(run, tmp_path, 2, sleepy)
    wait_for(tmp_path / "asleep")
    os.kill(process.pid, signal.SIGINT)
    process.join()
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"]
    assert run(tmp_path, 2).total == 2


def _ledgered(root, target):
    def objective(slot):
        value = score(slot)
        (root / "busy").touch()
        time.sleep(0.02)
        write_line(root / "ledger", [slot.slot, value])
        return value

    def heard(record):
        write_line(root / "heard", [record.slot, record.value])
        (root / "progress").touch()

    run(root, target, objective, on_end=heard)


@pytest.mark.slow
@needs_fork
def test_24_kills_at_random_moments_lose_and_double_nothing(tmp_path):
    moments = random.Random(5)
    run(tmp_path, 0)
    for sign in ("start", "busy", "progress", "progress") * 6:  # what the killer waits for; no slot dies five times
        (tmp_path / sign).unlink(missing_ok=True)
        process = child(_ledgered, tmp_path, 30)
        if sign != "start":
            wait_for(tmp_path / sign)
        time.sleep(moments.uniform(0.0, 0.03))
        kill(process)
    process = child(_ledgered, tmp_path, 30)
    process.join()

    found = {record.slot: record for record in ended(tmp_path)}
    assert [record.slot for record in ended(tmp_path)] == list(range(30))
    assert max(Counter(slot for slot, _ in lines(tmp_path / "heard")).values()) == 1
    assert all(found[slot].value == value for slot, value in lines(tmp_path / "heard"))
    assert {(slot, value) for slot, value in lines(tmp_path / "ledger")} == {(s, r.value) for s, r in found.items()}
    run(tmp_path / "whole", 30)
    assert points(tmp_path) == points(tmp_path / "whole")


def _killed_at(root, nth, target):
    """Run a study that kills itself right before its nth commit."""
    from sqlalchemy import event

    study = open_study(root, "s")
    commits = iter(range(nth + 1))

    def count(connection):
        if next(commits) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(study._storage._backend.engine, "commit", count)
    run_slots(study, target, score, sampler_for=seeded("tpe"))


@needs_fork
@pytest.mark.slow
def test_a_kill_before_any_single_commit_changes_nothing(tmp_path):
    run(tmp_path / "whole", 3, name="tpe")
    killed = 0
    for nth in range(200):
        root = tmp_path / str(nth)
        run(root, 0)
        process = child(_killed_at, root, nth, 3)
        process.join()
        assert run(root, 3, name="tpe").total == 3
        assert points(root) == points(tmp_path / "whole")
        if process.exitcode == 0:
            break
        killed += 1
    assert 20 < killed < 199


def test_trouble_of_the_machine_is_no_failure_of_a_trial(tmp_path):
    def full(slot):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        run(tmp_path, 3, objective=full)
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"]
    done = run(tmp_path, 3)
    assert (done.finished, done.failed) == (3, 0)


def _slower_first(slot):
    value = score(slot)
    time.sleep(0.05 if slot.slot % 2 == 0 else 0.0)  # so that threads end in another order than they began
    return value


def test_the_outcome_of_a_random_study_is_the_same_with_one_thread_and_with_several(tmp_path):
    for count in (1, 2, 3):
        done = run(tmp_path / str(count), 12, _slower_first, threads=Threads(count))
        assert done == Trials(12, finished=12, pruned=0, failed=0, running=0, total=12)
    one, two, three = ([(r.slot, r.value, dict(r.values)) for r in ended(tmp_path / str(count))] for count in (1, 2, 3))
    assert one == two == three


def test_several_threads_run_trials_side_by_side_and_end_one_at_a_time(tmp_path):
    together, heard, busy = Barrier(2, timeout=30), [], Lock()

    def meeting(slot):
        value = score(slot)
        together.wait()
        return value

    def heard_of(record):
        assert busy.acquire(blocking=False)
        heard.append(record.slot)
        busy.release()

    run(tmp_path, 6, meeting, threads=Threads(2), on_end=heard_of)
    assert sorted(heard) == list(range(6))


def test_a_trial_whose_worker_dies_runs_again_with_its_values_and_the_study_goes_on(tmp_path):
    def dying(slot):
        value = score(slot)
        if slot.slot == 1 and slot.attempt < 2:
            raise WorkerDied("the worker was killed by SIGKILL (out of memory?)")
        return value

    assert run(tmp_path, 4, dying).finished == 4
    tried = [record for record in attempts(tmp_path) if record.slot == 1]
    assert [(record.attempt, record.state) for record in tried] == [(0, "killed"), (1, "killed"), (2, "finished")]
    assert tried[0].reason == "the worker was killed by SIGKILL (out of memory?)"
    assert len({str(record.values) for record in tried}) == 1
    assert points(tmp_path) == points_of_whole(tmp_path, 4)


def points_of_whole(tmp_path, target):
    run(tmp_path / "whole", target)
    return points(tmp_path / "whole")


def test_a_slot_whose_worker_dies_too_often_is_given_up_and_the_study_goes_on(tmp_path):
    def dying(slot):
        if slot.slot == 0:
            raise WorkerDied("the worker was killed by SIGSEGV")
        return score(slot)

    heard = []
    assert run(tmp_path, 2, dying, on_end=heard.append) == Trials(2, finished=1, pruned=0, failed=1, running=0, total=2)
    assert [(record.slot, record.state) for record in heard] == [(0, "failed"), (1, "finished")]
    reason = "its process was killed 5 times while it ran, the last time: the worker was killed by SIGSEGV"
    assert heard[0].reason == reason
    assert len(attempts(tmp_path)) == MOST_KILLS + 1


def test_ctrl_c_ends_all_threads_and_marks_what_they_ran_as_interrupted(tmp_path):
    abandoned, running = Event(), Barrier(2, timeout=30)

    def waiting(slot):
        score(slot)
        if running.wait() == 0:
            signal.raise_signal(signal.SIGINT)
        assert abandoned.wait(30)
        raise WorkerClosed("the worker is closed")

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, 5, waiting, threads=Threads(2, abandoned.set))
    assert [(record.slot, record.state) for record in attempts(tmp_path)] == [(0, "interrupted"), (1, "interrupted")]
    assert run(tmp_path, 5).finished == 5
    assert points(tmp_path) == points_of_whole(tmp_path, 5)


def test_trouble_of_the_machine_in_one_thread_ends_the_study_and_its_slots_run_again(tmp_path):
    abandoned, running = Event(), Barrier(2, timeout=30)

    def full(slot):
        score(slot)
        running.wait()
        if slot.slot == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        assert abandoned.wait(30)
        raise WorkerClosed("the worker is closed")

    with pytest.raises(OSError, match="No space"):
        run(tmp_path, 5, full, threads=Threads(2, abandoned.set))
    assert [record.state for record in attempts(tmp_path)] == ["interrupted"] * 2
    assert run(tmp_path, 5).finished == 5


def test_several_threads_stop_after_three_failures_with_the_reason(tmp_path):
    def broken(slot):
        raise RuntimeError("broken")

    with pytest.raises(ZooError, match="trials so far failed, the last by RuntimeError: broken"):
        run(tmp_path, 20, broken, threads=Threads(2))
    assert len(ended(tmp_path)) <= 5
