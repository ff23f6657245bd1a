"""Workers with real children: what they train is bit for bit what this process trains, whatever kills them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search.children.runners import Here
from search.children.succession import WorkerDied
from search.children.workers import Worker
from search.claiming.attempt import Pruned
from zoo.pipeline import run as run_here
from zoo.recipe import TrainConfig

from .working import REAL_RECIPE, Heard, gone

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real_worker():
    with Worker() as worker:
        worker.start()
        yield worker


def kept(folder: Path) -> tuple[str, list[np.ndarray]]:
    with np.load(folder / "weights.npz") as stored:
        return (folder / "history.json").read_text(), [stored[name] for name in stored.files]


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


def test_a_real_training_is_pruned_at_a_wait_and_the_next_one_is_as_if_it_had_not_been(real_worker, tmp_path):
    real_worker.run(REAL_RECIPE, tmp_path)
    before = kept(tmp_path)
    with pytest.raises(Pruned):
        real_worker.run(REAL_RECIPE, tmp_path, [Heard(2, Pruned(2, 0.5))], (2,))
    real_worker.run(REAL_RECIPE, tmp_path)
    assert kept(tmp_path)[0] == before[0]
    assert all(map(np.array_equal, kept(tmp_path)[1], before[1]))


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
from search.children.workers import Worker
from tests.search.working import REAL_RECIPE, TrainConfig
class Telling:
    def on_epoch_end(self, epoch, logs):
        if epoch == 3: print(worker.children.at_work.child.pid, flush=True)
with Worker() as worker:
    long = replace(REAL_RECIPE, train=TrainConfig(epochs=10_000, patience=10_000))
    worker.run(long, Path(sys.argv[1]), [Telling()])
"""


def test_a_real_child_in_mid_training_ends_with_its_killed_caller(tmp_path):
    caller = [sys.executable, "-c", REAL_CALLER, str(tmp_path)]
    with subprocess.Popen(caller, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline())
        process.kill()
    assert gone(child)
