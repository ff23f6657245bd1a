"""Training a trial in this process: its files, its callbacks, and what is left of one that does not end well."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from search.children.runners import Here
from search.claiming.attempt import Pruned
from zoo.pipeline import run
from zoo.trained import load_weights
from zoo.training.checkpoint import Checkpoints
from zoo.workspace import Workspace

from ..working import REAL_RECIPE, Heard


def test_the_files_and_the_answer_are_those_of_running_the_recipe(workspace, tmp_path):
    finished = Here(workspace).run(REAL_RECIPE, tmp_path)
    result = run(REAL_RECIPE, workspace)
    history = json.loads((tmp_path / "history.json").read_text())
    assert history["history"] == list(result.trained.history)
    assert (history["epoch"], history["validation"]) == (result.trained.epoch, result.report.metrics)
    stored = load_weights(result.trained, tmp_path / "weights.npz")
    assert all(map(np.array_equal, stored.weights, result.trained.weights))
    assert (finished.metrics, finished.epoch, finished.epochs) == (result.report.metrics, result.trained.epoch, 4)
    assert finished.parameters == result.trained.parameters
    assert finished.health == {
        name: value for name, value in history["history"][finished.epoch - 1].items() if name.startswith("health/")
    }


def test_callbacks_hear_of_the_size_before_the_first_epoch(workspace, tmp_path):
    heard = Heard()
    finished = Here(workspace).run(REAL_RECIPE, tmp_path, [heard], (3,))
    assert heard.calls[0] == ("begun", finished.parameters)
    assert heard.epochs == [1, 2, 3, 4]


@pytest.mark.parametrize("epoch", [2, 4], ids=["in the middle", "after the last epoch"])
def test_a_trial_that_a_callback_ends_leaves_no_files(workspace, tmp_path, epoch):
    with pytest.raises(Pruned):
        Here(workspace).run(REAL_RECIPE, tmp_path, [Heard(epoch, Pruned(epoch, 0.5))], (2,))
    assert list(tmp_path.iterdir()) == []


def test_a_structure_of_xla_is_built_once(tmp_path):
    mine = Workspace()
    Here(mine).run(replace(REAL_RECIPE, train=replace(REAL_RECIPE.train, jit_compile=True)), tmp_path)
    assert len(mine._programs) == 1


def test_an_answer_says_that_the_time_limit_ended_the_training(workspace, tmp_path):
    class Slow:
        def on_epoch_end(self, epoch, logs):
            clock[0] += 60.0

    clock, endless = [0.0], replace(REAL_RECIPE, train=replace(REAL_RECIPE.train, epochs=50, patience=50))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zoo.training.guarding.Guard.seconds", property(lambda guard: clock[0]))
        finished = Here(workspace).run(endless, tmp_path, [Slow()], limit_s=100.0)
    assert (finished.epochs, finished.timed_out) == (2, True)
    assert not Here(workspace).run(REAL_RECIPE, tmp_path, limit_s=1e6).timed_out


def test_where_compression_follows_the_epochs_that_the_limit_left_are_those_of_the_training(workspace, tmp_path):
    class Slow:
        def on_epoch_end(self, epoch, logs):
            clock[0] += 60.0

    clock, narrow = [0.0], {"method": "channels", "rounds": 1, "epochs": 3}
    endless = replace(REAL_RECIPE, train=replace(REAL_RECIPE.train, epochs=50, patience=50), compress=(narrow,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zoo.training.guarding.Guard.seconds", property(lambda guard: clock[0]))
        finished = Here(workspace).run(endless, tmp_path, [Slow()], limit_s=200.0)
    assert (finished.epochs, finished.timed_out) == (2, True)
    assert len(json.loads((tmp_path / "history.json").read_text())["history"]) == 5


def test_a_trial_that_is_killed_before_its_weights_are_stored_goes_on_from_its_last_state(
    workspace, tmp_path, monkeypatch
):
    def killed(trained, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    states, heard = tmp_path / "checkpoint", Heard()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("zoo.trained.save_weights", killed)
        Here(workspace).run(REAL_RECIPE, tmp_path, checkpoint=states)
    finished = Here(workspace).run(REAL_RECIPE, tmp_path, [heard], checkpoint=states)
    assert [len(call[1]) for call in heard.calls if call[0] == "resume"] == [3]
    assert heard.epochs == [4]
    whole = run(REAL_RECIPE, workspace)
    assert (finished.metrics, finished.epoch) == (whole.report.metrics, whole.trained.epoch)
    stored = load_weights(whole.trained, tmp_path / "weights.npz")
    assert all(map(np.array_equal, stored.weights, whole.trained.weights))
