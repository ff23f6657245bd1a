"""One child after another: the next one is started before the memory is full, and works only once it is ready."""

from __future__ import annotations

import pytest

from search.children import succession
from search.children.following import Trainer
from search.children.runners import Finished
from search.children.workers import Worker
from zoo.recipe import Recipe, Source, TrainConfig

from ..working import Heard, command, gone, pid_in, recipe

MEGABYTE = 2**20  # the child of these tests tells of 100 MB, and of 100 MB more with each epoch it has trained


@pytest.fixture
def working(tmp_path):
    """Return a function that makes a worker whose children after the first wait for the file `late`."""
    made = []

    def working(at_once: int, megabytes: int) -> Worker:
        made.append(Worker(command=command(tmp_path, at_once), most_bytes=megabytes * MEGABYTE))
        return made[-1]

    yield working
    for worker in made:
        worker.close()


def trained(worker: Worker, folder, epochs: int = 1) -> int:
    """Return the number of the process that trained."""
    worker.run(recipe(epochs=epochs), folder)
    return pid_in(folder)


def started(folder) -> int:
    return len(list(folder.glob("started-*")))


def test_a_child_that_fills_too_much_is_replaced_and_no_trial_is_lost(working, tmp_path):
    worker = working(0, 450)
    pids = [trained(worker, tmp_path) for _ in range(12)]
    assert 3 <= len(set(pids)) <= 5
    assert all(map(gone, set(pids[:-1]) - {pids[-1]}))
    assert pids == sorted(pids, key=pids.index)  # nobody comes back


def test_a_child_works_on_until_the_next_one_is_ready(working, tmp_path):
    worker = working(1, 750)
    pids = [trained(worker, tmp_path, 2), trained(worker, tmp_path, 4)]  # 700 MB: the next one is being started
    (tmp_path / "late").write_text("begin")
    while started(tmp_path) < 2:
        pass
    while trained(worker, tmp_path, 1) == pids[0]:
        worker.children.at_work.resident = 0
    assert pids[0] == pids[1]
    assert gone(pids[0])


def test_a_child_above_the_cap_gets_no_order(working, tmp_path):
    worker, heard = working(1, 650), Heard()
    first = trained(worker, tmp_path, 2)

    class Opening:
        def heed(self):
            (tmp_path / "late").write_text("begin")

    assert trained(worker, tmp_path, 4) == first
    worker.run(recipe(), tmp_path, [Opening(), heard])
    assert pid_in(tmp_path) != first


def test_a_next_one_that_dies_before_it_is_ready_keeps_nobody_from_working(working, tmp_path):
    worker = working(1, 800)
    (tmp_path / "late").write_text("die")
    assert len({trained(worker, tmp_path, 3) for _ in range(6)}) == 1
    assert isinstance(worker.run(recipe(), tmp_path), Finished)


def test_data_that_takes_all_of_the_cap_by_itself_starts_no_endless_row_of_children(working, tmp_path):
    worker = working(0, 500)
    worker.run(recipe(epochs=9), tmp_path)
    first = pid_in(tmp_path)
    assert trained(worker, tmp_path) == first


def test_two_large_children_are_never_alive_at_once(working, tmp_path, monkeypatch):
    worker = working(0, 380)  # the first trial alone fills 200 MB, more than half
    alive = []

    def noted(command):
        alive.append(len(worker.children._alive))
        return Trainer(command)

    monkeypatch.setattr(succession, "Trainer", noted)
    pids = [trained(worker, tmp_path) for _ in range(7)]
    assert len(set(pids)) == len(alive) == 3  # each ends at 400 MB, after three trials
    assert set(alive) == {0}


def test_who_settles_waits_until_the_child_is_ready(working):
    worker = working(0, 450)
    worker.start()
    worker.settle()
    assert worker.children.at_work.is_ready


def test_closing_kills_also_the_one_that_is_not_ready_yet(working, tmp_path):
    worker = working(1, 500)
    trained(worker, tmp_path, 1)
    trained(worker, tmp_path, 3)
    pids = [trainer.child.pid for trainer in worker.children._alive]
    worker.close()
    assert len(pids) == 2
    assert all(map(gone, pids))


@pytest.mark.patient
@pytest.mark.slow
def test_a_study_of_many_real_structures_stays_under_the_cap_by_recycling(tmp_path):
    cap, filled, seen = 900 * MEGABYTE, [], set()
    with Worker(most_bytes=cap) as worker:
        recycle = worker.children.recycle

        def noted(trainer):
            filled.append(trainer.resident)
            seen.add(trainer.child.pid)
            recycle(trainer)

        worker.children.recycle = noted
        for units in range(8, 8 + 3 * 40, 3):
            structure = {"depth": 1 + units % 3, "units": units, "activation": "relu"}
            worker.run(Recipe(Source("wine"), "mlp", structure, train=TrainConfig(epochs=1)), tmp_path)
    assert len(seen) >= 3
    assert max(filled) < cap + 40 * MEGABYTE  # what the trial added that reached it
