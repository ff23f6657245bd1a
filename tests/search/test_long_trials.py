"""Trials of many seconds in a worker: killed in mid-training they lose nothing, and Ctrl-C does not wait for them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import zoo
from search.claiming.storage import database
from search.files import StudyFiles, write_json
from search.trials import read_study
from zoo.recipe import Recipe, Source, TrainConfig, read_recipe

from .processes import ZOO, all_gone, children, kill_group, needs_proc, workers
from .whole_studies import runs

pytestmark = [pytest.mark.slow, needs_proc, pytest.mark.timeout(600)]

MOST_SECONDS = 20  # from Ctrl-C to the end of the command: 3 s are meant, the rest is for a busy machine
# `zoo run` that says when it is in the middle of an epoch.
TELLING = """
import sys
from zoo.training.guarding import Guard
Guard.save_if_due = lambda *_: print("in an epoch", file=sys.__stdout__, flush=True)
from search.cli import main
main()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """So many rows that an epoch of a row a step takes seconds."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(40_000, 6)).astype(np.float32)
    path = tmp_path_factory.mktemp("data") / "rows.npz"
    np.savez(path, x=x, y=(x[:, 0] + x[:, 1] * x[:, 2] + generator.normal(size=len(x)) > 0).astype(int))
    return path


def begin(data: Path, root: Path, epochs: int, batch_size: int) -> subprocess.Popen:
    fixed = {"model.depth": 1, "model.units": 32, "train.jit_compile": "false", "train.patience": 1000}
    settings = [f"{name}={value}" for name, value in {**fixed, "train.batch_size": batch_size}.items()]
    options = ["--builder", "mlp", "--trials", 1, "--epochs", epochs, "--pruner", "none", "--root", root, "--json"]
    options += [word for setting in settings for word in ("--set", setting)]
    command = [*ZOO, "tune", data, *options]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(list(map(str, command)), **piped, start_new_session=True)


def wait_for_a_state(process: subprocess.Popen, files: StudyFiles, seconds: float = 240) -> None:
    """Wait until the trial has put a state of its training on the disk."""
    until = time.monotonic() + seconds
    while not list(files.checkpoint(0).glob("checkpoint-*.npz")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until, "no state came"
        time.sleep(0.02)


def answer(process: subprocess.Popen) -> dict:
    out, said = process.communicate()
    assert process.returncode == 0, said
    return json.loads(out)


def attempts(root: Path) -> list[str]:
    return [record.state for record in read_study(database(root), "rows").records]


def require_as_unbroken(root: Path, found: dict) -> None:
    """Hold that the second attempt left what its recipe gives in one go, and told MLflow of every epoch once."""
    trial = StudyFiles(root, "rows").trial(0)
    recipe = read_recipe(trial / "recipe.json")
    whole = zoo.run(recipe, zoo.Workspace(recipe.threads)).trained
    stored = json.loads((trial / "history.json").read_text())
    assert (stored["history"], stored["epoch"]) == (list(map(dict, whole.history)), whole.epoch)
    with np.load(trial / "weights.npz") as weights:
        assert all(np.array_equal(weight, weights[f"arr_{at}"]) for at, weight in enumerate(whole.weights))
    assert not (trial / "checkpoint").exists()
    assert found["trials"] == {"target": 1, "finished": 1, "pruned": 0, "failed": 0, "running": 0, "total": 1}
    assert attempts(root) == ["killed", "finished"]
    told = runs(root, found["tracking"]["experiment"])
    assert (told["rows-0000-0"].info.status, told["rows-0000-1"].info.status) == ("KILLED", "FINISHED")
    assert points(root, found, told["rows-0000-1"]) == list(enumerate((e["val/accuracy"] for e in whole.history), 1))


def points(root: Path, found: dict, run) -> list[tuple[int, float]]:
    from mlflow import MlflowClient

    from search.tracking import tracking_uri

    history = MlflowClient(tracking_uri(root)).get_metric_history(run.info.run_id, "val/accuracy")
    return sorted((point.step, point.value) for point in history)


def test_a_command_killed_in_mid_training_goes_on_from_its_state_to_the_same_bits(data, tmp_path):
    process = begin(data, tmp_path, epochs=8, batch_size=2)
    wait_for_a_state(process, StudyFiles(tmp_path, "rows"))
    left = list(children(process.pid))
    process.kill()
    process.communicate()
    assert len(left) >= 1
    assert all_gone(left)
    assert attempts(tmp_path) == ["running"]
    require_as_unbroken(tmp_path, answer(begin(data, tmp_path, epochs=8, batch_size=2)))


@pytest.mark.patient
def test_a_worker_killed_in_mid_training_is_replaced_and_its_trial_goes_on_to_the_same_bits(data, tmp_path):
    process = begin(data, tmp_path, epochs=8, batch_size=2)
    wait_for_a_state(process, StudyFiles(tmp_path, "rows"))
    (worker,) = workers(process.pid)
    os.kill(worker, signal.SIGKILL)
    found = answer(process)
    require_as_unbroken(tmp_path, found)
    assert answer(begin(data, tmp_path, epochs=8, batch_size=2)) == found


def interrupted(process: subprocess.Popen) -> str:
    """Press Ctrl-C; return the last line that is said, when all processes are gone."""
    left = list(children(process.pid))
    began = time.monotonic()
    kill_group(process.pid, signal.SIGINT)
    _, said = process.communicate()
    seconds = time.monotonic() - began
    print(f"{process.args[-2:]} ended {seconds:.1f} s after Ctrl-C")
    assert (process.returncode, "Traceback" in said) == (130, False)
    assert seconds < MOST_SECONDS
    assert all_gone(left)
    return said.splitlines()[-1]


def test_ctrl_c_in_a_long_epoch_ends_the_study_in_seconds_and_all_its_children(data, tmp_path):
    files = StudyFiles(tmp_path, "rows")
    process = begin(data, tmp_path, epochs=1000, batch_size=1)
    wait_for_a_state(process, files)
    assert len(workers(process.pid)) == 1
    assert interrupted(process).startswith("stopped. 0 of 1 trials kept.")
    assert attempts(tmp_path) == ["interrupted"]
    assert list(files.checkpoint(0).glob("checkpoint-*.npz"))


def test_ctrl_c_in_a_long_epoch_ends_zoo_run_in_seconds(data, tmp_path):
    train = TrainConfig(epochs=1000, batch_size=1, patience=1000)
    recipe = Recipe(Source(str(data)), "mlp", {"depth": 1, "units": 32}, train=train)
    write_json(tmp_path / "recipe.json", recipe.to_json())
    command = [sys.executable, "-c", TELLING, "run", str(tmp_path / "recipe.json")]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, **piped, start_new_session=True)
    assert process.stdout.readline() == "in an epoch\n"
    assert interrupted(process).startswith("stopped")
