"""Training from recipe to Trained: histories, early stopping, refusals; for classes and for quantities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from zoo.dataset import Split
from zoo.errors import BadValue, Diverged, Unsupported
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.workspace import Workspace, structure

from .few import of_images

SHORT = TrainConfig(epochs=3, patience=3)


@pytest.fixture(scope="module")
def diabetes(workspace):
    return workspace.splits(Source("diabetes"))


def recipe(builder="mlp", train=SHORT, **model):
    return Recipe(Source("digits"), builder, model, train=train, seed=5)


def distance(ours, theirs):
    """Norm of the difference, relative to the norm."""
    ours, theirs = (np.concatenate([np.ravel(w) for w in weights]).astype("float64") for weights in (ours, theirs))
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


@pytest.mark.parametrize("builder", [one for one in of_images() if one.values != ("linear",)])  # which has no dropout
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
    assert list(small._programs.keys()) == [structure(recipe(units=units), digits.task) for units in (16, 32)]


def test_an_answer_that_is_not_finite_is_refused_though_the_weights_are(workspace, digits, monkeypatch):
    program = workspace.program(recipe(), digits.task)
    broken, alive, near = tf.constant(np.full((1, 10), np.nan, "float32")), tf.ones(1, "bool"), tf.zeros(())
    monkeypatch.setattr(program, "_logits", lambda x: (tf.repeat(broken, len(x), 0), alive, near))
    with pytest.raises(Diverged, match="validation row"):
        fit(recipe(), digits, workspace)


def test_one_missing_number_in_a_training_row_is_refused(workspace, digits):
    x = digits.train.x.copy()
    x[17, 3, 3] = np.nan
    with pytest.raises(Diverged, match="no longer finite"):
        fit(recipe(), replace(digits, train=Split(x, digits.train.y)), workspace)


def test_quantities_are_learned_and_measured_in_their_own_units(workspace, diabetes):
    wanted = recipe("mlp", TrainConfig(epochs=60, learning_rate=3e-3), dropout=0.2)
    trained = fit(wanted, diabetes, workspace)
    best = trained.history[trained.epoch - 1]
    assert best["val/rmse"] < 0.85 * diabetes.train.scale.deviation
    answers = diabetes.train.scale.undo(trained.predict(diabetes.validation.x)[:, 0])
    error = answers - diabetes.train.scale.undo(diabetes.validation.y)
    assert best["val/rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-5)
    assert best["val/mae"] == pytest.approx(np.mean(np.abs(error)), rel=1e-5)


def test_the_training_error_is_that_of_the_answers_given_while_training(workspace, diabetes):
    still = TrainConfig(epochs=1, learning_rate=1e-7, optimizer="sgd", weight_decay=0.0)
    trained = fit(recipe("mlp", still, dropout=0.0), diabetes, workspace)
    scale = diabetes.train.scale
    errors = scale.undo(trained.predict(diabetes.train.x)[:, 0]) - scale.undo(diabetes.train.y)
    assert trained.history[0]["train/rmse"] == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-5)
    told = {name for name in trained.history[0] if not name.startswith("health/")}
    assert told == {"train/rmse", "val/rmse", "val/mae", "val/r2"}


@pytest.mark.parametrize("monitor", ["auto", "rmse", "mae", "r2"])
def test_the_weights_of_quantities_are_those_of_the_epoch_whose_monitor_was_best(workspace, diabetes, monitor):
    train = TrainConfig(epochs=40, learning_rate=0.03, monitor=monitor, patience=4)
    trained = fit(recipe("mlp", train), diabetes, workspace)
    watched = "rmse" if monitor == "auto" else monitor
    values = [logs[f"val/{watched}"] for logs in trained.history]
    best = max if watched == "r2" else min
    assert values[trained.epoch - 1] == best(values)
    assert len(values) < 40


def test_a_monitor_of_the_other_kind_is_refused(workspace, digits, diabetes):
    with pytest.raises(BadValue, match=r"train\.monitor is rmse; classification is watched by accuracy"):
        fit(recipe("mlp", TrainConfig(monitor="rmse")), digits, workspace)
    with pytest.raises(BadValue, match=r"train\.monitor is accuracy; regression is watched by rmse"):
        fit(recipe("mlp", TrainConfig(monitor="accuracy")), diabetes, workspace)


def test_a_penalty_makes_the_kernels_smaller(workspace, digits):
    sizes = {}
    for l2 in (0.0, 0.01):
        train = TrainConfig(epochs=3, patience=3, l2=l2, weight_decay=0.0)
        sizes[l2] = sum(np.sum(weight**2) for weight in fit(recipe("mlp", train), digits, workspace).weights)
    assert sizes[0.01] < 0.8 * sizes[0.0]


def uneven(digits):
    """Digits of which 0 to 7 are rare in training."""
    train = digits.train
    kept = np.flatnonzero((train.y > 7) | (np.arange(len(train)) % 10 == 0))
    return replace(digits, train=Split(train.x[kept], train.y[kept]))


@pytest.mark.parametrize("balance", [{"class_weight": "balanced"}, {"sampling": "balanced"}])
def test_balancing_lifts_rare_classes_without_a_program_of_its_own(workspace, digits, balance):
    splits, found = uneven(digits), {}
    for name, asked in (("plain", {}), ("balanced", balance)):
        wanted = recipe("mlp", TrainConfig(epochs=10, patience=10, monitor="balanced_accuracy", **asked))
        found[name] = fit(wanted, splits, workspace)
        assert workspace.program(wanted, splits.task)._steps.traces == 1
    best = {name: max(logs["val/balanced_accuracy"] for logs in run.history) for name, run in found.items()}
    assert best["balanced"] > best["plain"] + 0.02


@pytest.mark.parametrize("name", ["class_weight", "sampling"])
def test_balancing_quantities_is_refused(workspace, diabetes, name):
    with pytest.raises(BadValue, match=rf"train\.{name} is balanced; quantities have no classes to balance"):
        fit(recipe("mlp", TrainConfig(**{name: "balanced"})), diabetes, workspace)


def test_an_augmentation_that_does_not_suit_is_refused(workspace, digits, diabetes):
    with pytest.raises(Unsupported, match=r"augment\.jitter does not suit image classification"):
        fit(replace(recipe(), augment={"jitter": 0.1}), digits, workspace)
    with pytest.raises(BadValue, match=r"augment\.shift is 3; it must lie between 0 and 0\.5"):
        fit(replace(recipe(), augment={"shift": 3}), digits, workspace)


def test_an_exported_model_holds_stock_layers_only_however_it_was_trained(workspace, digits):
    wanted = replace(recipe("cnn", TrainConfig(epochs=1), filters=4, stages=1), augment={"rotate": 20.0, "mixup": 0.2})
    trained = fit(wanted, digits, workspace)
    assert all(type(layer).__module__.startswith("keras.") for layer in trained.model()._flatten_layers())
    assert trained.history[0]["val/accuracy"] > 0.15


@pytest.mark.patient
@pytest.mark.slow
def test_moved_images_of_few_rows_teach_more_than_the_images_alone(workspace, digits):
    few, found = replace(digits, train=Split(digits.train.x[:150], digits.train.y[:150])), {0.0: [], 0.15: []}
    train = TrainConfig(epochs=300, patience=300, learning_rate=3e-3)
    for shift, values in found.items():
        for seed in (1, 2, 3):
            wanted = replace(recipe("cnn", train, filters=8, stages=1), augment={"shift": shift}, seed=seed)
            values.append(max(logs["val/accuracy"] for logs in fit(wanted, few, workspace).history))
    assert np.mean(found[0.15]) > np.mean(found[0.0]) + 0.005
