"""A training that is cut off anywhere and gone on with gives exactly what one that never was gives."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from zoo.recipe import Recipe, Source, TrainConfig
from zoo.trained import load_weights
from zoo.training.checkpoint import Checkpoints
from zoo.training.fitting import fit

from .killed_training import on_disk

CHILD = Path(__file__).with_name("killed_training.py")
SHORT = TrainConfig(epochs=4, patience=4, learning_rate=0.01)


def recipe(builder="mlp", train=SHORT, augment=None, **model):
    return Recipe(Source("digits"), builder, {"dropout": 0.3, **model}, augment=augment or {}, train=train, seed=5)


@pytest.fixture
def cut(workspace, digits, tmp_path, monkeypatch):
    """Train with a state after every eight steps; cut it off after every `saves` of them, and go on, to the end."""

    def trained(wanted, saves, callbacks=list, splits=digits):
        cuts, left = 0, [0]
        save = Checkpoints.save

        def cutting(checkpoints, arrays, facts):
            save(checkpoints, arrays, facts)
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt

        monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
        monkeypatch.setattr(Checkpoints, "save", cutting)
        program = workspace.program(wanted, splits.task)
        monkeypatch.setattr(program, "pace", replace(program.pace, steps=8))
        monkeypatch.setattr(program.pace, "learn", lambda seconds: None)
        while True:
            left[0] = saves
            try:
                return fit(wanted, splits, workspace, callbacks(), checkpoint=tmp_path / "checkpoint"), cuts
            except KeyboardInterrupt:
                cuts += 1
            other = replace(wanted, seed=8, train=replace(wanted.train, epochs=1, l2=0.1))
            fit(other, splits, workspace)  # as another trial would use the program meanwhile

    return trained


def require_same(one, other):
    assert list(one.history) == list(other.history)
    assert one.epoch == other.epoch
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(one.weights, other.weights, strict=True))


def test_a_training_cut_off_again_and_again_gives_the_same_bits(workspace, digits, cut, tmp_path):
    wanted = recipe()
    whole = fit(wanted, digits, workspace)
    resumed, cuts = cut(wanted, saves=3)
    assert cuts > 4
    require_same(resumed, whole)


def test_a_training_that_has_ended_gives_the_same_again_from_its_last_state(workspace, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    heard = []

    class Hearing:
        def on_resume(self, history):
            heard.append(len(history))

    once, again = (fit(recipe(), digits, workspace, [Hearing()], checkpoint=tmp_path) for _ in range(2))
    assert heard == [3]
    require_same(again, once)


@pytest.mark.slow
def test_rows_on_the_disk_are_gone_on_with_in_the_middle_of_an_epoch(workspace, digits, cut, tmp_path):
    wanted, there = recipe(train=replace(SHORT, epochs=2)), on_disk(digits, tmp_path)
    resumed, cuts = cut(wanted, saves=2, splits=there)
    assert cuts > 2
    require_same(resumed, fit(wanted, digits, workspace))


def test_a_share_of_the_rows_is_gone_on_with_too(workspace, digits, cut):
    wanted = recipe(train=replace(SHORT, epochs=10, patience=10, fidelity="rows", sampling="balanced"))
    resumed, cuts = cut(wanted, saves=9)
    assert cuts > 2
    require_same(resumed, fit(wanted, digits, workspace))


ALL_AT_ONCE = {
    **{"optimizer": "nesterov", "momentum": 0.8, "learning_rate": 0.1, "schedule": "cosine", "warm_up": 0.3},
    **{"sharpness": 0.05, "lookahead": 3, "ema_momentum": 0.9, "clip_value": 0.5, "max_norm": 2.0},
}


def test_schedule_averages_and_sharp_steps_are_gone_on_with_in_the_middle(workspace, digits, cut):
    wanted = recipe(train=replace(SHORT, **ALL_AT_ONCE))
    resumed, cuts = cut(wanted, saves=4)
    assert cuts > 2
    require_same(resumed, fit(wanted, digits, workspace))


@pytest.mark.slow
def test_a_rate_that_falls_at_plateaus_is_gone_on_with(workspace, digits, cut):
    falling = {"schedule": "reduce_on_plateau", "plateau_patience": 1, "epochs": 8, "learning_rate": 0.1}
    wanted = recipe(train=replace(SHORT, **falling, patience=8))
    resumed, cuts = cut(wanted, saves=9)
    assert cuts > 2
    require_same(resumed, fit(wanted, digits, workspace))


def test_callbacks_of_keras_go_on_counting(workspace, digits, cut):
    class Halving(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(self.model.optimizer.learning_rate) * 0.5

    def plateau():
        return keras.callbacks.ReduceLROnPlateau(min_delta=0.2, patience=1, factor=0.1)

    whole = fit(recipe(), digits, workspace, [Halving(), plateau()])
    resumed, cuts = cut(recipe(), 3, lambda: [Halving(), plateau()])
    assert cuts > 4
    require_same(resumed, whole)


def test_the_state_of_another_recipe_is_not_gone_on_with(workspace, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)

    class Stop:
        def on_epoch_end(self, epoch, logs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(recipe(), digits, workspace, [Stop()], checkpoint=tmp_path / "checkpoint")
    other = replace(recipe(), seed=6)
    resumed = fit(other, digits, workspace, checkpoint=tmp_path / "checkpoint")
    require_same(resumed, fit(other, digits, workspace))


def ask(folder, wanted, disk, dies=False):
    asked = {"recipe": wanted.to_json(), "disk": disk, "dies": dies}
    (folder / "asked.json").write_text(json.dumps(asked))


def stored_in(folder, whole):
    """Return what a process left of the training of `whole`."""
    epoch, *history = json.loads((folder / "history.json").read_text())
    return replace(load_weights(whole, folder / "weights.npz"), epoch=epoch, history=tuple(history))


def killed_and_resumed(wanted, folder, disk, kills=3):
    """Train in processes that are killed some time after their first save; return how many went on with a state."""
    ask(folder, wanted, disk)
    dice, resumed = random.Random(wanted.builder), 0
    for kill in range(kills + 1):
        child = subprocess.Popen([sys.executable, str(CHILD), str(folder)], stdout=subprocess.PIPE, text=True)
        told = child.stdout.readline()
        resumed += told.startswith("resumed")
        if kill < kills:
            if told.startswith("resumed"):
                child.stdout.readline()
            time.sleep(dice.uniform(0.0, 0.4))
            child.kill()
        child.communicate()
    assert child.returncode == 0
    return resumed


LONG = TrainConfig(epochs=40, patience=40, learning_rate=0.01)
KILLED = {
    "mlp": (recipe(train=LONG, augment={"shift": 0.1, "mixup": 0.2}), False),
    "cnn": (recipe("cnn", replace(LONG, epochs=20), {"rotate": 10.0}, filters=8), False),
    "lstm": (recipe("lstm", replace(LONG, epochs=20, optimizer="rmsprop"), units=32), False),
    "rows on the disk": (recipe(train=replace(LONG, epochs=20), augment={"shift": 0.1}), True),
}


@pytest.mark.often("mlp")
@pytest.mark.slow
@pytest.mark.parametrize("name", KILLED)
def test_a_training_killed_at_random_moments_gives_the_same_bits(workspace, digits, tmp_path, name):
    wanted, disk = KILLED[name]
    assert killed_and_resumed(wanted, tmp_path, disk) >= 1
    whole = fit(wanted, digits, workspace)
    require_same(stored_in(tmp_path, whole), whole)


@pytest.mark.slow
def test_a_training_killed_between_its_end_and_its_weights_file_is_not_trained_anew(workspace, digits, tmp_path):
    wanted = recipe()
    for dies in (True, False):
        ask(tmp_path, wanted, disk=False, dies=dies)
        told = subprocess.run([sys.executable, str(CHILD), str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert (tmp_path / "weights.npz").exists() is not dies
    assert told.stdout.startswith("resumed 3")
    whole = fit(wanted, digits, workspace)
    require_same(stored_in(tmp_path, whole), whole)
