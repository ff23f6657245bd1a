"""Several processes run one study: each slot ends exactly once, whoever is killed, stopped or out of space.

What happened is told by files that the objective writes itself, line by line onto the disk, and by raw SQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from functools import partial

import pytest

from search.claiming.storage import database, open_study
from search.claiming.threads import Threads

from ..crews import claims, joined, scores, slots_in, sql
from ..studies import child, draw, kill, lines, needs_fork, score, wait_for, write_line

pytestmark = needs_fork


def end(processes):
    """Wait for processes; return their exit codes."""
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def tell(root, *value):
    write_line(root / "told" / str(os.getpid()), value)


def told(root):
    return sorted(tuple(line) for path in (root / "told").iterdir() for line in lines(path))


@pytest.fixture
def root(tmp_path):
    for name in ("told", "heard", "states", "running"):
        (tmp_path / name).mkdir()
    open_study(tmp_path, "s")
    return tmp_path


def once_each(root, slots, processes, threads=1):
    """Let processes run all slots from one moment on, and hold that each was begun once."""

    def objective(slot):
        draw(slot)
        tell(root, slot.slot, slot.attempt)
        return 0.5

    def wait_and_run():
        (root / f"ready-{os.getpid()}").touch()
        wait_for(root / "go")
        joined(root, slots, objective, threads=Threads(threads))

    crew = [child(wait_and_run) for _ in range(processes)]
    for process in crew:
        wait_for(root / f"ready-{process.pid}")
    (root / "go").touch()
    assert end(crew) == [0] * processes
    assert told(root) == [(slot, 0) for slot in range(slots)]
    assert slots_in(root, "COMPLETE") == list(range(slots))
    assert sql(root, "SELECT count(*) FROM trials") == [(slots,)]
    assert claims(root) == {"ended": slots}


def test_15_slots_are_claimed_once_each_by_4_processes(root):
    once_each(root, 15, 4)


def test_12_slots_are_claimed_once_each_by_2_processes_of_2_threads(root):
    once_each(root, 12, 2, threads=2)


@pytest.mark.slow
def test_60_slots_are_claimed_once_each_by_6_processes(root):
    once_each(root, 60, 6)


def trains(root, target, epochs, kills):
    """Run slots whose trials take some epochs, each with a state on the disk that the next attempt goes on from.

    A trial goes on for longer where fewer processes were killed than is its slot's share: on a machine of any speed
    there is somebody to kill.
    """

    def objective(slot):
        value, states, mark = score(slot), root / "states" / str(slot.slot), root / "running" / str(os.getpid())
        epoch, owed = len(lines(states)), (slot.slot + 1) * kills // target
        while epoch < epochs or len(lines(root / "kills")) < owed:
            time.sleep(0.02)
            write_line(states, epoch)
            mark.touch()  # from here on a kill hits a trial that has moved on
            epoch += 1
        mark.unlink(missing_ok=True)
        slot.lease.require()
        tell(root, slot.slot, value)
        return value

    def on_end(record):
        if not record.foreign:
            write_line(root / "heard" / str(os.getpid()), [record.slot, record.state, record.value])

    joined(root, target, objective, progress_of=lambda slot: len(lines(root / "states" / str(slot))), on_end=on_end)


def hit(root, process):
    """Kill a process if it is in the middle of a trial, by the database and by its own mark; return whether it was."""
    mark = root / "running" / str(process.pid)
    if not mark.exists():
        return False
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(0.002)
    mine = (
        f"SELECT t.state FROM zoo_claims c JOIN trials t ON t.trial_id = c.trial WHERE c.owner LIKE '%-{process.pid}-%'"
    )
    if not mark.exists() or sql(root, f"{mine} AND c.state = 'running'") != [("RUNNING",)]:
        os.kill(process.pid, signal.SIGCONT)
        return False
    kill(process)
    mark.unlink()
    return True


def survives(root, slots, epochs, processes, kills):
    """Kill processes in the middle of trials, replacing each, and hold that nothing was lost or done twice."""
    begin = partial(child, trains, root, slots, epochs, kills)
    crew, chance, killed = [begin() for _ in range(processes)], random.Random(1), 0
    while killed < kills and any(process.is_alive() for process in crew):
        place = chance.randrange(processes)
        if crew[place].is_alive() and hit(root, crew[place]):
            killed += 1
            write_line(root / "kills", killed)
            crew[place] = begin()
        time.sleep(0.001)
    assert (killed, end(crew)) == (kills, [0] * processes)
    assert slots_in(root, "COMPLETE") == list(range(slots))
    assert len(slots_in(root, "FAIL")) == kills
    assert slots_in(root, "RUNNING", "WAITING", "PRUNED") == []
    assert claims(root) == {"ended": slots, "lost": kills}
    assert told(root) == sorted(scores(root).items())
    heard = sorted(tuple(line) for path in (root / "heard").iterdir() for line in lines(path))
    assert heard == [(slot, "finished", value) for slot, value in sorted(scores(root).items())]
    trained = [lines(root / "states" / str(slot)) for slot in range(slots)]
    assert min(map(len, trained)) >= epochs
    assert trained == [list(range(len(epochs))) for epochs in trained]  # none was trained twice that was on disk


@pytest.mark.slow
def test_10_kills_of_running_trials_over_6_slots_lose_and_double_nothing(root):
    survives(root, slots=6, epochs=12, processes=3, kills=10)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_100_kills_of_running_trials_over_40_slots_lose_and_double_nothing(root):
    survives(root, slots=40, epochs=12, processes=4, kills=100)


def until_true(question, seconds=60.0):
    until = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("asks", [True, False], ids=["before weights", "when it is told"])
def test_what_a_process_found_that_was_stopped_past_the_grace_period_is_refused(root, asks):
    def stopped():
        def objective(slot):
            draw(slot)
            if slot.slot == 0:
                (root / "running" / "stopped").touch()
                wait_for(root / "go on")
            if asks:
                slot.lease.require()
                (root / "weights").write_text("of the stopped one")
            return -1.0

        joined(root, 3, objective, grace_s=1.0)

    def living():
        joined(root, 3, lambda slot: draw(slot)[0], grace_s=1.0)

    zombie = child(stopped)
    wait_for(root / "running" / "stopped")
    os.kill(zombie.pid, signal.SIGSTOP)
    assert end([child(living)]) == [0]  # it waits for the last slot until the grace period is over
    before = scores(root)
    (root / "go on").touch()
    os.kill(zombie.pid, signal.SIGCONT)
    assert end([zombie]) == [0]
    assert sorted(before) == [0, 1, 2]
    assert scores(root) == before
    assert not (root / "weights").exists()
    assert sql(root, "SELECT slot, attempt, state FROM zoo_claims ORDER BY slot, attempt")[:2] == [
        (0, 0, "lost"),
        (0, 1, "ended"),
    ]
    assert len(slots_in(root, "COMPLETE", "FAIL")) == 4


def test_a_stopped_process_goes_on_with_its_own_trial_when_nobody_has_missed_it(root):
    def stopped():
        def objective(slot):
            (root / "running" / "stopped").touch()
            wait_for(root / "go on")
            slot.lease.require()
            return 1.0

        joined(root, 1, objective, grace_s=1.0)

    process = child(stopped)
    wait_for(root / "running" / "stopped")
    os.kill(process.pid, signal.SIGSTOP)
    with closing(sqlite3.connect(database(root))) as connection, connection:
        connection.execute("UPDATE zoo_claims SET beat = beat - 1000")
    (root / "go on").touch()
    os.kill(process.pid, signal.SIGCONT)
    assert end([process]) == [0]
    assert scores(root) == {0: 1.0}


def test_a_trial_that_kills_its_process_each_time_fails_after_three_and_no_other_process_dies(root):
    def objective(slot):
        draw(slot)
        if slot.slot == 2:
            write_line(root / "deaths", slot.attempt)
            os._exit(9)
        time.sleep(0.01)
        return 0.5

    crew, codes = [child(joined, root, 8, objective) for _ in range(3)], []
    while crew:
        crew[0].join(120)
        codes.append(crew.pop(0).exitcode)
        if codes[-1] != 0:
            crew.append(child(joined, root, 8, objective))
    assert sorted(codes) == [0, 0, 0, 9, 9, 9]
    assert lines(root / "deaths") == [0, 1, 2]
    assert slots_in(root, "COMPLETE") == [0, 1, 3, 4, 5, 6, 7]
    reasons = sql(root, "SELECT value_json FROM trial_user_attributes WHERE key = 'reason' ORDER BY trial_id")
    assert json.loads(reasons[-1][0]) == "its process was killed 3 times in a row while it ran, without progress"
    assert claims(root) == {"ended": 8, "lost": 2}
