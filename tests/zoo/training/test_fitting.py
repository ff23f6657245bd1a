"""Training: `keras.Model.fit` is the oracle, and a cached program must be as good as a fresh one."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.dataset import Split
from zoo.errors import Diverged
from zoo.live import live_values
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import epoch_order, fit
from zoo.training.initial import recorded_initial_values, seeds
from zoo.workspace import Workspace, structure

SHORT = TrainConfig(epochs=3, patience=3)


def recipe(builder="mlp", train=SHORT, **model):
    return Recipe(Source("digits"), builder, model, train=train, seed=5)


def distance(ours, theirs):
    """Norm of the difference, relative to the norm."""
    ours, theirs = (np.concatenate([np.ravel(w) for w in weights]).astype("float64") for weights in (ours, theirs))
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


def trained_by_keras(wanted, splits, start):
    """Train a stock model from `start` with keras.Model.fit on the same batches."""
    model = build(wanted.builder, splits.task, **wanted.model)
    model.set_weights(start)
    optimizer = keras.optimizers.AdamW(wanted.train.learning_rate, weight_decay=wanted.train.weight_decay)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for epoch in range(1, wanted.train.epochs + 1):
        order = epoch_order(wanted.seed, epoch, len(splits.train))
        x, y = splits.train.x[order], splits.train.y[order]
        model.fit(x, y, batch_size=wanted.train.batch_size, epochs=1, shuffle=False, verbose=0)
    return model.get_weights()


class LastWeights:
    """Keeps the weights of the last epoch, not the best."""

    def __init__(self, program):
        self.program = program

    def on_epoch_end(self, epoch, logs):
        self.weights = self.program.weights()


@pytest.mark.parametrize(
    ("builder", "model"),
    [("mlp", {"depth": 3, "activation": "elu"}), ("mlp", {"activation": "tanh"}), ("cnn", {"convolutions": 2})],
)
def test_three_epochs_give_the_weights_of_keras_fit_with_a_partial_last_batch(workspace, digits, builder, model):
    wanted = recipe(builder, **model, dropout=0.0)
    program = workspace.program(wanted, digits.task)
    program.reset(wanted.seed, {"dropout": 0.0, "learning_rate": 1e-3, "weight_decay": 4e-3})
    start, watch = program.weights(), LastWeights(program)
    assert len(digits.train) % wanted.train.batch_size
    fit(wanted, digits, workspace, [watch])
    assert distance(watch.weights, trained_by_keras(wanted, digits, start)) < 1e-6


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_a_cached_program_gives_exactly_what_a_fresh_one_gives(workspace, digits, builder):
    wanted = recipe(builder, dropout=0.3)
    fresh = fit(wanted, digits, Workspace())
    fit(recipe(builder, TrainConfig(epochs=2, learning_rate=0.01), dropout=0.0), digits, workspace)
    cached = fit(wanted, digits, workspace)
    assert all(np.array_equal(a, b) for a, b in zip(fresh.weights, cached.weights, strict=True))
    assert fresh.history == cached.history


def test_another_seed_gives_other_weights(workspace, digits):
    one, other = (fit(replace(recipe(), seed=seed), digits, workspace) for seed in (1, 2))
    assert distance(one.weights, other.weights) > 0.1


def test_live_values_and_batch_size_change_without_a_new_trace(workspace, digits):
    for rate, decay, drop, batch in ((1e-3, 0.0, 0.0, 32), (1e-2, 0.1, 0.5, 64), (1e-4, 1e-5, 0.2, 7)):
        train = TrainConfig(epochs=1, learning_rate=rate, weight_decay=decay, batch_size=batch)
        fit(recipe("mlp", train, units=16, dropout=drop), digits, workspace)
    program = workspace.program(recipe("mlp", units=16), digits.task)
    assert program._steps.experimental_get_tracing_count() == 1
    assert program._logits.experimental_get_tracing_count() == 1


def test_the_size_of_the_slices_does_not_change_the_weights(workspace, digits):
    wanted = recipe(dropout=0.3)
    whole = fit(wanted, digits, workspace)
    program = workspace.program(wanted, digits.task)
    program.pace.steps, program.pace.learn = 1, lambda seconds: None
    sliced = fit(wanted, digits, workspace)
    del program.pace.learn
    assert all(np.array_equal(a, b) for a, b in zip(whole.weights, sliced.weights, strict=True))


def test_another_data_set_of_the_same_shape_trains_on_its_own_rows(workspace, digits):
    blank = replace(digits, train=Split(np.zeros_like(digits.train.x), digits.train.y))
    fit(recipe(), digits, workspace)
    trained = fit(recipe(), blank, workspace)
    assert trained.history[-1]["train/accuracy"] < 0.3


def test_a_learning_rate_that_blows_up_is_refused(workspace, digits):
    with pytest.raises(Diverged, match="no longer finite"):
        fit(
            recipe("mlp", TrainConfig(learning_rate=10.0, weight_decay=1.0, epochs=300, patience=300)),
            digits,
            workspace,
        )


def test_training_stops_when_the_goal_has_not_risen_and_keeps_the_best_weights(workspace, digits):
    trained = fit(recipe("mlp", TrainConfig(epochs=200, patience=2, learning_rate=0.01)), digits, workspace)
    goals = [logs["val/accuracy"] for logs in trained.history]
    assert len(goals) < 200
    assert goals[trained.epoch - 1] == max(goals)
    answers = trained.predict(digits.validation.x).argmax(-1)
    assert np.mean(answers == digits.validation.y) == pytest.approx(max(goals))


def test_what_a_callback_raises_passes_through(workspace, digits):
    class Stop:
        def on_epoch_end(self, epoch, logs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(recipe(), digits, workspace, [Stop()])


def test_the_workspace_keeps_no_more_programs_than_told(digits):
    small = Workspace(programs=2)
    for units in (8, 16, 32):
        fit(recipe("mlp", TrainConfig(epochs=1), units=units), digits, small)
    assert list(small._programs) == [structure(recipe(units=units), digits.task) for units in (16, 32)]


def test_every_weight_is_recorded_with_the_initialiser_of_its_layer():
    with live_values(), recorded_initial_values() as found:
        x = keras.Input((4, 3))
        y = keras.layers.Dense(2)(keras.layers.LSTM(5)(keras.layers.BatchNormalization()(x)))
        model = keras.Model(x, y)
    before = [np.array(w) for w in model.get_weights()]
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 9.0))
    for initial, seed in zip(found, seeds(0, len(found)), strict=True):
        initial.assign(seed)
    for weight, start in zip(model.weights, before, strict=True):
        now = weight.numpy()
        assert not np.any(now == 9.0), weight.path
        assert np.array_equal(now, start) or now.std() == pytest.approx(start.std(), rel=0.5), weight.path


def test_an_answer_that_is_not_finite_is_refused_though_the_weights_are(workspace, digits, monkeypatch):
    program = workspace.program(recipe(), digits.task)
    monkeypatch.setattr(program, "logits", lambda x: np.full((len(x), 10), np.nan))
    with pytest.raises(Diverged, match="validation row"):
        fit(recipe(), digits, workspace)


def test_one_missing_number_in_a_training_row_is_refused(workspace, digits):
    x = digits.train.x.copy()
    x[17, 3, 3] = np.nan
    with pytest.raises(Diverged, match="no longer finite"):
        fit(recipe(), replace(digits, train=Split(x, digits.train.y)), workspace)
