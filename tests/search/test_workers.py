"""Workers: trials in a child process, told as if they were here; whatever kills the child, its caller lives on."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import numpy as np
import pytest

from search.attempt import Pruned
from search.failing import TrialFailed, failure_of
from search.runners import Here
from search.succession import WorkerClosed, WorkerDied
from search.workers import Crew, Worker
from zoo.errors import Diverged, Unsupported
from zoo.pipeline import run as run_here
from zoo.recipe import Source, TrainConfig

from .working import REAL_RECIPE, Heard, command, gone, pid_in, recipe

ROOT = Path(__file__).parents[2]


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


DEATHS = {
    "aborts": "the worker was killed by SIGABRT, its last words: fatal: no such kernel",
    "killed": "the worker was killed by SIGKILL .out of memory",
    "exits": "the worker ended with exit code 3",
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
from search.workers import Worker
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


@pytest.fixture(scope="module")
def real_worker():
    with Worker() as worker:
        worker.start()
        yield worker


def kept(folder: Path) -> tuple[str, list[np.ndarray]]:
    with np.load(folder / "weights.npz") as stored:
        return (folder / "history.json").read_text(), [stored[name] for name in stored.files]


@pytest.mark.slow
def test_a_worker_gives_the_same_weights_and_history_bit_for_bit_as_this_process(real_worker, workspace, tmp_path):
    folders = [tmp_path / name for name in ("here", "there", "again")]
    heard = []
    for folder, runner in zip(folders, (Here(workspace), real_worker, real_worker), strict=True):
        folder.mkdir()
        listener = Heard()
        ended = runner.run(REAL_RECIPE, folder, [listener], (3,))
        heard.append((ended, [call for call in listener.calls if call[0] in ("begun", "epoch")]))
    assert heard[0] == heard[1] == heard[2]
    (history, weights), *others = map(kept, folders)
    for other_history, other_weights in others:
        assert other_history == history
        assert all(map(np.array_equal, other_weights, weights))
    assert json.loads(history)["history"] == list(run_here(REAL_RECIPE, workspace).trained.history)


@pytest.mark.slow
def test_a_real_training_is_pruned_at_a_wait_and_the_next_one_is_as_if_it_had_not_been(real_worker, tmp_path):
    real_worker.run(REAL_RECIPE, tmp_path)
    before = kept(tmp_path)
    with pytest.raises(Pruned):
        real_worker.run(REAL_RECIPE, tmp_path, [Heard(2, Pruned(2, 0.5))], (2,))
    real_worker.run(REAL_RECIPE, tmp_path)
    assert kept(tmp_path)[0] == before[0]
    assert all(map(np.array_equal, kept(tmp_path)[1], before[1]))


@pytest.mark.slow
def test_a_real_child_killed_in_mid_training_is_followed_by_one_that_trains_the_same(real_worker, tmp_path):
    real_worker.run(REAL_RECIPE, tmp_path)
    before = kept(tmp_path)[0]

    class Killer:
        def on_epoch_end(self, epoch, logs):
            os.kill(real_worker.children.at_work.child.pid, signal.SIGKILL)

    with pytest.raises(WorkerDied, match="SIGKILL"):
        real_worker.run(REAL_RECIPE, tmp_path, [Killer()], (1,))
    real_worker.run(REAL_RECIPE, tmp_path)
    assert kept(tmp_path)[0] == before


@pytest.mark.slow
def test_a_killed_training_goes_on_from_its_checkpoint_in_the_next_child_to_the_same_weights(real_worker, tmp_path):
    long = replace(REAL_RECIPE, train=TrainConfig(epochs=200, patience=200))
    real_worker.run(long, tmp_path)
    before, states = kept(tmp_path), tmp_path / "checkpoint"

    class Killer:
        def on_epoch_end(self, epoch, logs):
            time.sleep(0.05)  # states are seconds apart
            if any(states.glob("checkpoint-*.npz")):
                os.kill(real_worker.children.at_work.child.pid, signal.SIGKILL)

    with pytest.raises(WorkerDied, match="SIGKILL"):
        real_worker.run(long, tmp_path, [Killer()], range(1, 200), checkpoint=states)
    heard = Heard()
    real_worker.run(long, tmp_path, [heard], checkpoint=states)
    (history,) = [call[1] for call in heard.calls if call[0] == "resume"]
    assert 0 < len(history) < 200
    assert heard.epochs == list(range(len(history) + 1, 201))
    assert kept(tmp_path)[0] == before[0]
    assert all(map(np.array_equal, kept(tmp_path)[1], before[1]))


REAL_CALLER = """
import sys
from dataclasses import replace
from pathlib import Path
from search.workers import Worker
from tests.search.working import REAL_RECIPE, TrainConfig
class Telling:
    def on_epoch_end(self, epoch, logs):
        if epoch == 3: print(worker.children.at_work.child.pid, flush=True)
with Worker() as worker:
    long = replace(REAL_RECIPE, train=TrainConfig(epochs=10_000, patience=10_000))
    worker.run(long, Path(sys.argv[1]), [Telling()])
"""


@pytest.mark.slow
def test_a_real_child_in_mid_training_ends_with_its_killed_caller(tmp_path):
    caller = [sys.executable, "-c", REAL_CALLER, str(tmp_path)]
    with subprocess.Popen(caller, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline())
        process.kill()
    assert gone(child)
