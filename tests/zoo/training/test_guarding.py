"""The clock of a training, and the states that it goes on from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.dataset import Split
from zoo.errors import BadValue, Diverged, TooSlow
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.checkpoint import Checkpoints
from zoo.training.fitting import fit
from zoo.training.guarding import Guard, checkpoints_of

RECIPE = Recipe(Source("digits"), "mlp", train=TrainConfig(epochs=5, patience=5), seed=5)


class Clock:
    """Seconds that pass when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def up_after(monkeypatch):
    """Let a training's time be up when it has looked at the clock so many times."""

    def set_up(looks):
        looked = [0]

        def time_is_up(guard):
            looked[0] += 1
            return looked[0] > looks

        monkeypatch.setattr(Guard, "time_is_up", property(time_is_up))

    return set_up


@pytest.fixture
def whole_epochs(workspace, digits, monkeypatch):
    """Make a slice of each epoch of RECIPE."""
    program = workspace.program(RECIPE, digits.task)
    monkeypatch.setattr(program, "pace", replace(program.pace, steps=100))
    monkeypatch.setattr(program.pace, "learn", lambda seconds: None)


def test_the_time_is_up_once_the_limit_has_passed():
    clock = Clock()
    guard, free = Guard(None, 3.0, clock), Guard(None, None, clock)
    clock.now = 102.9
    assert not guard.time_is_up
    clock.now = 103.0
    assert guard.time_is_up
    assert guard.seconds == 3.0
    assert not free.time_is_up


def test_a_training_without_time_for_an_epoch_is_too_slow(workspace, digits):
    with pytest.raises(TooSlow, match=r"the time limit of 0 s was up before the first epoch ended\. Allow more"):
        fit(replace(RECIPE, train=TrainConfig(batch_size=1)), digits, workspace, limit_s=0)


def test_when_the_time_is_up_the_best_epoch_so_far_is_kept(workspace, digits, up_after, monkeypatch):
    whole = fit(RECIPE, digits, workspace)
    program = workspace.program(RECIPE, digits.task)
    monkeypatch.setattr(program, "pace", replace(program.pace, steps=10))
    monkeypatch.setattr(program.pace, "learn", lambda seconds: None)
    up_after(1 + 4 + 1 + 4 + 1 + 2)
    cut = fit(RECIPE, digits, workspace, limit_s=1.0)
    assert cut.history == whole.history[:2]
    assert cut.epoch == max((1, 2), key=lambda epoch: cut.history[epoch - 1]["val/accuracy"])


def test_an_epoch_whose_last_step_is_done_when_the_time_is_up_counts(workspace, digits, up_after, whole_epochs):
    up_after(1)
    assert len(fit(RECIPE, digits, workspace, limit_s=1.0).history) == 1


class Stop:
    def on_epoch_end(self, epoch, logs):
        raise KeyboardInterrupt


@pytest.fixture
def stopped(workspace, digits, tmp_path, monkeypatch):
    """Leave the states of a training that was cut off after its first epoch; return its checkpoints."""
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    with pytest.raises(KeyboardInterrupt):
        fit(RECIPE, digits, workspace, [Stop()], checkpoint=tmp_path)
    return checkpoints_of(tmp_path, RECIPE, digits)


def test_time_spent_before_a_kill_counts(stopped, workspace, digits, tmp_path):
    arrays, facts = stopped.load()
    spent = facts["seconds"] + 1000
    stopped.save(arrays, facts | {"seconds": spent})
    fit(RECIPE, digits, workspace, checkpoint=tmp_path)
    assert spent < stopped.load()[1]["seconds"] < spent + 500


def test_a_training_whose_time_was_up_before_a_kill_keeps_the_epoch_that_was_done(stopped, workspace, digits, tmp_path):
    arrays, facts = stopped.load()
    stopped.save(arrays, facts | {"seconds": 1000.0})
    trained = fit(RECIPE, digits, workspace, checkpoint=tmp_path, limit_s=500.0)
    assert trained.history == fit(RECIPE, digits, workspace).history[:1]
    assert trained.timed_out


class Content:
    """Ends a training after its second epoch."""

    def set_model(self, model):
        self.model = model

    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = epoch == 2


def test_a_training_that_would_have_gone_on_when_the_time_was_up_has_timed_out(
    workspace, digits, up_after, whole_epochs
):
    up_after(2)  # looks: before an epoch, and in it
    trained = fit(RECIPE, digits, workspace, limit_s=1.0)
    assert (len(trained.history), trained.timed_out) == (1, True)


@pytest.mark.parametrize(
    ("train", "callbacks"),
    [
        ({"epochs": 2}, []),
        ({"stop_after": 2}, []),
        ({"epochs": 50, "patience": 1, "learning_rate": 0.03}, []),
        ({}, [Content()]),
    ],
    ids=["the last epoch", "the last epoch wanted", "patience", "a callback"],
)
def test_a_training_that_ends_by_itself_just_when_the_time_is_up_has_not_timed_out(
    workspace, digits, up_after, whole_epochs, train, callbacks
):
    wanted = replace(RECIPE, train=replace(RECIPE.train, **train))
    whole = fit(wanted, digits, workspace, callbacks)
    up_after(2 * len(whole.history) - 1)
    trained = fit(wanted, digits, workspace, callbacks, limit_s=1.0)
    assert 2 <= len(trained.history) == len(whole.history) < 50
    assert not trained.timed_out


def test_a_training_that_cannot_end_well_leaves_no_state(workspace, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    wild = replace(RECIPE, train=TrainConfig(learning_rate=10.0, weight_decay=1.0, epochs=300, patience=300))
    with pytest.raises(Diverged):
        fit(wild, digits, workspace, checkpoint=tmp_path / "checkpoint")
    assert not (tmp_path / "checkpoint").exists()


def test_a_training_shorter_than_the_first_state_is_due_leaves_nothing(workspace, digits, tmp_path):
    fit(replace(RECIPE, train=TrainConfig(epochs=1)), digits, workspace, checkpoint=tmp_path / "checkpoint")
    assert not (tmp_path / "checkpoint").exists()


def test_states_are_those_of_one_recipe_on_the_same_rows(digits, tmp_path):
    x, y = digits.train.x, digits.train.y
    checkpoints_of(tmp_path, RECIPE, digits).save({}, {})
    assert checkpoints_of(tmp_path, RECIPE, digits).load() == ({}, {})
    assert checkpoints_of(tmp_path, replace(RECIPE, seed=6), digits).load() is None
    weights = np.ones(len(y), "float32")
    for other in (Split(x[:9], y[:9]), Split(x / 2, y), Split(x, y[::-1]), Split(x, y, weights=weights)):
        assert checkpoints_of(tmp_path, RECIPE, replace(digits, train=other)).load() is None
    assert checkpoints_of(None, RECIPE, digits) is None


@pytest.mark.parametrize("name", ["tensorflow.__version__", "keras.__version__", "zoo.training.guarding.STATE"])
def test_states_of_other_versions_are_not_gone_on_with(digits, tmp_path, monkeypatch, name):
    checkpoints_of(tmp_path, RECIPE, digits).save({}, {})
    monkeypatch.setattr(name, "another")
    assert checkpoints_of(tmp_path, RECIPE, digits).load() is None


def test_a_callback_that_cannot_be_served_is_refused_before_training(workspace, digits):
    class Counting:
        def on_train_batch_end(self, batch, logs):
            pass

        def on_epoch_end(self, epoch, logs):
            raise AssertionError

    with pytest.raises(BadValue, match="callback Counting has on_train_batch_end"):
        fit(RECIPE, digits, workspace, [Counting()])
