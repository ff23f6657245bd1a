"""Workers: trials in a child process, told as if they were here; whatever kills the child, its caller lives on."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from search.children import following
from search.children.failing import TrialFailed, failure_of
from search.children.succession import WorkerClosed, WorkerDied
from search.children.workers import Crew, Worker
from search.claiming.attempt import Pruned
from zoo import memory
from zoo.errors import Diverged, TooSlow, Unsupported
from zoo.recipe import Source

from ..working import Heard, command, gone, pid_in, recipe

ROOT = Path(__file__).parents[3]


@pytest.fixture
def worker(tmp_path):
    with Worker(command=command(tmp_path)) as worker:
        yield worker


def test_one_child_trains_all_trials_and_what_it_prints_disturbs_nobody(worker, tmp_path):
    pids = []
    for _ in range(3):
        worker.run(recipe("well"), tmp_path)
        pids.append(pid_in(tmp_path))
    assert len(set(pids)) == 1
    assert pids[0] != os.getpid()


def test_hooks_are_called_in_order_and_numbers_cross_bit_for_bit(worker, tmp_path):
    heard = Heard()
    finished = worker.run(recipe(epochs=3), tmp_path, [heard], (1, 3), limit_s=0.1)
    assert [call[0] for call in heard.calls] == ["begun", "train begins", "epoch", "epoch", "epoch", "train ends"]
    assert heard.calls[0][1] == finished.parameters == 100
    assert [call[2]["val/accuracy"] for call in heard.calls[2:5]] == [0.1 * epoch for epoch in (1, 2, 3)]
    assert all(math.isnan(call[2]["train/log_loss"]) and call[2]["limit"] == 0.1 for call in heard.calls[2:5])
    assert (finished.epochs, finished.epoch, finished.metrics["accuracy"]) == (3, 1, 0.5)


def test_a_training_that_goes_on_from_a_checkpoint_tells_what_was_before(worker, tmp_path):
    heard = Heard()
    worker.run(recipe(), tmp_path, [heard], checkpoint=tmp_path)
    assert heard.calls[1] == ("resume", [{"val/accuracy": 0.25}])


def test_the_child_waits_where_it_is_told_to_and_trains_no_further_when_the_trial_is_pruned(worker, tmp_path):
    heard = Heard(2, Pruned(2, 0.5))
    with pytest.raises(Pruned):
        worker.run(recipe(epochs=10), tmp_path, [heard], (2, 5))
    assert heard.epochs == [1, 2]
    assert not (tmp_path / "weights.npz").exists()
    assert worker.run(recipe(epochs=1), tmp_path).metrics["epochs"] == 2 + 1


@pytest.mark.parametrize("epoch", [2, 4], ids=["in the middle", "after the last epoch"])
def test_what_a_callback_raises_elsewhere_ends_the_trial_too_and_nothing_is_kept(worker, tmp_path, epoch):
    error = RuntimeError("mine")
    with pytest.raises(RuntimeError) as caught:
        worker.run(recipe("slow"), tmp_path, [Heard(epoch, error)])
    assert caught.value is error
    assert not (tmp_path / "weights.npz").exists()
    worker.run(recipe(), tmp_path)


FAILURES = {
    "diverges": (Diverged, "the loss is nan."),
    "fills_the_disk": (OSError, "[Errno 28] No space left on device: '/some/file'"),
    "fills_the_memory": (MemoryError, "no room for rows"),
}


@pytest.mark.parametrize("how", FAILURES)
def test_known_errors_cross_as_themselves_and_the_child_lives_on(worker, tmp_path, how):
    kind, text = FAILURES[how]
    with pytest.raises(kind) as caught:
        worker.run(recipe(how), tmp_path)
    assert (type(caught.value), str(caught.value)) == (kind, text)
    assert "misbehaving_worker.py" in failure_of(caught.value).traceback
    worker.run(recipe(), tmp_path)


def test_a_bug_in_the_child_is_told_with_its_type_message_place_and_traceback(worker, tmp_path):
    with pytest.raises(TrialFailed, match=r"ValueError: first line and more \(misbehaving_worker.py:\d+\)") as caught:
        worker.run(recipe("raises"), tmp_path)
    assert "Traceback (most recent call last)" in caught.value.failure.traceback


def test_a_child_that_hangs_past_its_time_limit_is_ended_and_another_one_trains_the_next_trial(
    worker, tmp_path, monkeypatch
):
    monkeypatch.setattr(following, "GRACE_S", 0.1)
    worker.run(recipe(), tmp_path)
    before = pid_in(tmp_path)
    with pytest.raises(TooSlow, match="did not end 0.1 s after its 0.05 s were up"):
        worker.run(recipe("hangs"), tmp_path, limit_s=0.05)
    assert gone(before)
    worker.run(recipe(), tmp_path)


DEATHS = {
    "aborts": "the worker was killed by SIGABRT, its last words: fatal: no such kernel",
    "killed": "the worker was killed by SIGKILL .out of memory",
    "exits": "the worker ended with exit code 3",
    "exhausts_the_device": "the worker ended with exit code 1, its last words: out of memory: no room for a tensor",
}


@pytest.mark.parametrize("how", DEATHS)
def test_a_child_that_dies_is_one_line_and_another_one_trains_the_next_trial(worker, tmp_path, how):
    worker.run(recipe(), tmp_path)
    before = pid_in(tmp_path)
    with pytest.raises(WorkerDied, match=DEATHS[how]):
        worker.run(recipe(how), tmp_path)
    assert gone(before)
    worker.run(recipe(), tmp_path)
    assert pid_in(tmp_path) != before


def test_a_child_killed_between_trials_is_found_dead_by_the_next_one(worker, tmp_path):
    worker.run(recipe(), tmp_path)
    os.kill(pid_in(tmp_path), signal.SIGKILL)
    assert gone_or_zombie(pid_in(tmp_path))
    with pytest.raises(WorkerDied, match="SIGKILL"):
        worker.run(recipe(), tmp_path)
    worker.run(recipe(), tmp_path)


def gone_or_zombie(pid: int) -> bool:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return True


def test_a_child_that_is_killed_while_it_starts_is_followed_by_another(tmp_path):
    with Worker(command=command(tmp_path)) as worker:
        worker.start()
        os.kill(worker.children._coming.child.pid, signal.SIGKILL)
        worker.run(recipe(), tmp_path)
    assert (tmp_path / "weights.npz").exists()


def test_a_child_that_cannot_start_is_the_machines_trouble_and_no_trials(tmp_path):
    worker = Worker(command=(sys.executable, "-c", "raise SystemExit('no TensorFlow here')"))
    with worker, pytest.raises(ChildProcessError, match="no worker can be started: .* no TensorFlow here") as caught:
        worker.run(recipe(), tmp_path)
    assert not isinstance(caught.value, WorkerDied)


def test_each_child_reads_early_what_trials_will_ask_for_and_broken_data_breaks_no_child(tmp_path):
    with Crew(1, command=command(tmp_path)) as crew:
        crew.start()
        crew.expect(Source("broken"), {})
        crew.expect(Source(str(tmp_path / "read"), target="y"), {"size": 16})
        for _ in range(2):
            crew.run(recipe(), tmp_path)
            assert (tmp_path / "read").read_text() == "y {'size': 16}"
            (tmp_path / "read").unlink()
            with pytest.raises(WorkerDied):
                crew.run(recipe("killed"), tmp_path)


class Impatient:
    """Presses Ctrl-C as soon as it is asked to heed, once training has begun."""

    begun = False

    def on_train_begin(self, logs):
        self.begun = True

    def heed(self):
        if self.begun:
            raise KeyboardInterrupt


def test_ctrl_c_in_the_middle_of_an_epoch_kills_the_child(worker, tmp_path):
    worker.run(recipe(), tmp_path)
    before = pid_in(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        worker.run(recipe("hangs"), tmp_path, [Impatient()])
    assert gone(before)
    worker.run(recipe(), tmp_path)


def test_closing_it_from_another_thread_ends_a_training_and_leaves_no_process(tmp_path):
    raised = SimpleQueue()
    with Crew(2, command=command(tmp_path)) as crew:
        begun = SimpleQueue()

        class Telling:
            def on_begun(self, parameters):
                begun.put(parameters)

        def trial():
            try:
                crew.run(recipe("hangs"), tmp_path, [Telling()])
            except WorkerClosed as error:
                raised.put(error)

        threads = [Thread(target=trial) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in threads:
            begun.get(timeout=60)
        pids = [int(path.name.split("-")[1]) for path in tmp_path.glob("started-*")]
    for thread in threads:
        thread.join(60)
    assert raised.qsize() == len(pids) == 2
    assert all(map(gone, pids))
    with pytest.raises(WorkerClosed):
        crew.run(recipe(), tmp_path)


def test_a_crew_shares_half_of_what_is_free_with_this_process_and_says_so_to_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 600)
    with Crew(2, command=command(tmp_path)) as crew:
        assert crew.memory == 100
        assert [worker.children.command[-2:] for worker in crew.workers] == [("1", "100")] * 2


def test_a_crew_that_has_settled_has_read_what_trials_will_ask_for(tmp_path):
    with Crew(2, command=command(tmp_path)) as crew:
        crew.start()
        crew.expect(Source(str(tmp_path / "slowly"), target="y"), {})
        crew.settle()
        assert len((tmp_path / "slowly").read_text().split()) == 4


def test_each_borrowed_worker_is_another_one(tmp_path):
    with Crew(2, command=command(tmp_path)) as crew, crew.borrow() as one, crew.borrow() as other:
        assert {one, other} == set(crew.workers)


def test_a_callback_that_needs_the_model_is_refused(worker, tmp_path):
    class Scheduler:
        def set_model(self, model):
            raise AssertionError

    with pytest.raises(Unsupported, match="callback Scheduler needs the model.*workers=0"):
        worker.run(recipe(), tmp_path, [Scheduler()])


CALLER = """
import sys
from pathlib import Path
from search.children.workers import Worker
from tests.search.working import command, recipe
folder = Path(sys.argv[1])
class Telling:
    def on_begun(self, parameters): print("begun", flush=True)
with Worker(command=command(folder)) as worker:
    worker.run(recipe(), folder)
    worker.run(recipe("hangs"), folder, [Telling()])
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_the_child_ends_with_its_caller_in_the_middle_of_a_training(tmp_path, end):
    caller = [sys.executable, "-c", CALLER, str(tmp_path)]
    with subprocess.Popen(caller, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(end)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert gone(pid_in(tmp_path))


@pytest.mark.parametrize("how", ["well", "killed"])
def test_the_temporary_files_of_the_child_go_with_it(how, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with Worker(command=command(tmp_path)) as worker:
        worker.run(recipe("litters"), tmp_path)
        assert list(temporary.rglob("*_left.py"))
        if how == "killed":
            with pytest.raises(WorkerDied):
                worker.run(recipe(how), tmp_path)
    assert list(temporary.iterdir()) == []
