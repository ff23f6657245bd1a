"""The compiled program: `keras.Model.fit` is the oracle, and a cached program must be as good as a fresh one."""

from __future__ import annotations

from dataclasses import asdict, replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders import BUILDERS, build, builder_space
from zoo.dataset import Split
from zoo.optimizers import OPTIMIZERS
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.scale import Scale
from zoo.task import Task
from zoo.training.feeding import data_of
from zoo.training.program import Program, Tally
from zoo.training.weighting import epoch_order

SMALL = {
    "mlp": {"depth": 2, "units": 16, "activation": "elu"},
    "cnn": {"stages": 2, "filters": 4},
    "resnet": {"stages": 2, "filters": 4},
    "lstm": {"layers": 2, "units": 8, "direction": "bidirectional"},
}
KERAS = {  # stock optimizers, as a user would write them
    "adam": lambda rate, decay, most: keras.optimizers.AdamW(rate, decay, global_clipnorm=most),
    "sgd": lambda rate, decay, most: keras.optimizers.SGD(rate, weight_decay=decay, global_clipnorm=most),
    "momentum": lambda rate, decay, most: keras.optimizers.SGD(rate, 0.9, weight_decay=decay, global_clipnorm=most),
    "rmsprop": lambda rate, decay, most: keras.optimizers.RMSprop(rate, 0.9, weight_decay=decay, global_clipnorm=most),
}
LOSSES = {
    "classification": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "regression": keras.losses.MeanSquaredError(),
}
RATES = {"adam": 3e-3, "rmsprop": 3e-3, "sgd": 0.05, "momentum": 0.05}
PAIRS = [  # every builder, and every optimizer on the quickest one; the rest is for patient runs
    pytest.param(builder, optimizer, marks=() if builder == "mlp" or optimizer == "adam" else pytest.mark.slow)
    for builder in BUILDERS.names()
    for optimizer in OPTIMIZERS.names()
]
BOTH = {"l2": 0.02, "clip_norm": 0.1}
PENALTIES = [("mlp", {"l2": 0.02}), ("mlp", {"clip_norm": 0.1}), ("mlp", BOTH), ("lstm", BOTH), ("resnet", BOTH)]
KERNELS = ("kernel", "recurrent_kernel", "embeddings")


@pytest.fixture(scope="module")
def few(digits):
    """Seventy images: two whole batches and a partial one."""
    return Split(digits.train.x[:70], digits.train.y[:70])


@pytest.fixture(scope="module")
def quantities(workspace):
    return workspace.splits(Source("diabetes"))


def recipe(builder, epochs=2, seed=5, **train):
    model = {**SMALL[builder], "dropout": 0.0}
    return Recipe(Source("digits"), builder, model, train=TrainConfig(**{"epochs": epochs, **train}), seed=seed)


def live_of(wanted):
    space = builder_space(wanted.builder)
    strengths = {f"augment.{name}": value for name, value in wanted.augment.items()}
    model = {name: wanted.model.get(name, p.default) for name, p in space.items() if p.live}
    return {**model, **strengths, **asdict(wanted.train)}


def trained(program, wanted, rows):
    """Reset the program, train it epoch by epoch; return the weights before and after."""
    program.reset(wanted.seed, live_of(wanted))
    start, data = program.weights(), data_of(rows)
    size = wanted.train.batch_size
    for epoch in range(1, wanted.train.epochs + 1):
        order = tf.constant(epoch_order(wanted.seed, epoch, len(rows)))
        program.run(data, order, (0, -(-len(rows) // size)), size, Tally.zero())
    return start, program.weights()


def trained_by_keras(wanted, task, rows, start):
    """Train a stock model from `start` with keras.Model.fit on the same batches."""
    model, train = build(wanted.builder, task, **wanted.model), wanted.train
    model.set_weights(start)
    for weight in model.trainable_weights:
        if train.l2 and weight.name in KERNELS:
            weight.regularizer = keras.regularizers.L2(train.l2)
    optimizer = KERAS[train.optimizer](train.learning_rate, train.weight_decay, train.clip_norm or None)
    model.compile(optimizer, LOSSES[task.kind])
    targets = rows.y.reshape(len(rows), -1) if rows.y.dtype.kind == "f" else rows.y
    weights = np.ones(len(rows)) if rows.weights is None else rows.weights
    for epoch in range(1, train.epochs + 1):
        order = epoch_order(wanted.seed, epoch, len(rows))
        visited = {"x": rows.x[order], "y": targets[order], "sample_weight": weights[order]}
        model.fit(**visited, batch_size=train.batch_size, epochs=1, shuffle=False, verbose=0)
    return model.get_weights()


def distance(ours, theirs):
    """Norm of the difference, relative to the norm."""
    ours, theirs = (np.concatenate([np.ravel(w) for w in weights]).astype("float64") for weights in (ours, theirs))
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


def same(ours, theirs):
    return all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(("builder", "optimizer"), PAIRS)
def test_two_epochs_give_the_weights_of_keras_fit_with_a_partial_last_batch(workspace, digits, few, builder, optimizer):
    wanted = recipe(builder, optimizer=optimizer, learning_rate=RATES[optimizer], weight_decay=0.05)
    start, ours = trained(workspace.program(wanted, digits.task), wanted, few)
    theirs = trained_by_keras(wanted, digits.task, few, start)
    assert distance(start, theirs) > 1e-3
    for one, other in zip(ours, theirs, strict=True):  # each alone: moving averages weigh little beside kernels
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert distance(ours, theirs) < 1e-6


@pytest.mark.parametrize(("builder", "penalty"), PENALTIES, ids=str)
def test_penalty_and_clipping_give_the_weights_of_keras_fit(workspace, digits, few, builder, penalty):
    wanted = recipe(builder, optimizer="momentum", learning_rate=0.05, **penalty)
    program = workspace.program(wanted, digits.task)
    start, ours = trained(program, wanted, few)
    _, free = trained(program, recipe(builder, optimizer="momentum", learning_rate=0.05), few)
    assert distance(ours, free) > 1e-3
    assert distance(ours, trained_by_keras(wanted, digits.task, few, start)) < 1e-6


def test_quantities_give_the_weights_of_keras_fit_with_the_mean_squared_error(workspace, quantities):
    wanted = recipe("mlp", optimizer="sgd", learning_rate=0.05)
    start, ours = trained(workspace.program(wanted, quantities.task), wanted, quantities.train)
    assert distance(ours, trained_by_keras(wanted, quantities.task, quantities.train, start)) < 1e-6


def test_row_weights_give_the_weights_of_keras_fit_with_sample_weight(workspace, digits, few):
    weights = np.random.default_rng(1).uniform(0, 3, len(few))
    weighted = replace(few, weights=(weights / weights.mean()).astype("float32"))
    wanted = recipe("mlp", optimizer="sgd", learning_rate=0.05, l2=0.01)
    program = workspace.program(wanted, digits.task)
    start, ours = trained(program, wanted, weighted)
    assert distance(ours, trained(program, wanted, few)[1]) > 1e-3
    assert distance(ours, trained_by_keras(wanted, digits.task, weighted, start)) < 1e-6


def test_weights_that_are_all_the_same_give_the_bits_of_no_weights(workspace, digits, few):
    wanted = recipe("mlp")
    program = workspace.program(wanted, digits.task)
    _, plain = trained(program, wanted, few)
    assert same(plain, trained(program, wanted, replace(few, weights=np.full(len(few), 0.3)))[1])


def test_a_forecast_of_several_steps_gives_the_weights_of_keras_fit(workspace):
    random = np.random.default_rng(2)
    rows = Split(random.normal(size=(70, 6, 2)).astype("float32"), random.normal(size=(70, 3)), scale=Scale(0.0, 1.0))
    task, wanted = Task("series", (6, 2), horizon=3), recipe("mlp", optimizer="sgd", learning_rate=0.05)
    start, ours = trained(workspace.program(wanted, task), wanted, rows)
    assert start[-1].shape == (3,)
    assert distance(ours, trained_by_keras(wanted, task, rows, start)) < 1e-6


def test_an_embedding_with_penalty_and_clipping_gives_the_weights_of_keras_fit(workspace):
    random = np.random.default_rng(2)
    rows = Split(random.integers(0, 20, (70, 9)).astype("int32"), random.integers(0, 3, 70).astype("int32"))
    task = Task("text", (9,), ("a", "b", "c"), "int32", vocabulary=20)
    wanted = recipe("mlp", optimizer="momentum", learning_rate=0.05, **BOTH)
    start, ours = trained(workspace.program(wanted, task), wanted, rows)
    assert start[0].shape[0] == 20
    assert distance(ours, trained_by_keras(wanted, task, rows, start)) < 1e-6


def test_augmentations_at_strength_0_give_the_bits_of_none(workspace, digits, few):
    plain = replace(recipe("mlp"), model={**SMALL["mlp"], "dropout": 0.3})
    none = dict.fromkeys(("rotate", "shift", "mixup"), 0.0)
    still = replace(plain, augment=none)
    _, ours = trained(workspace.program(still, digits.task), still, few)
    assert same(ours, trained(workspace.program(plain, digits.task), plain, few)[1])


def test_strengths_change_without_a_new_trace_and_a_reset_draws_the_same_again(digits, few):
    wanted = replace(recipe("mlp"), augment={"shift": 0.3, "mixup": 0.2})
    program = Program(wanted, digits.task)
    _, once = trained(program, wanted, few)
    _, other = trained(program, replace(wanted, augment={"shift": 0.1, "mixup": 0.2}), few)
    assert distance(once, other) > 1e-3
    assert same(once, trained(program, wanted, few)[1])
    assert program._steps.traces == 1


@pytest.mark.parametrize("builder", BUILDERS.names())
def test_a_program_after_another_trial_gives_exactly_what_a_fresh_one_gives(digits, few, builder):
    first = recipe(builder, learning_rate=0.01, weight_decay=0.1, l2=0.1, clip_norm=0.5, seed=1)
    first, wanted = (replace(r, model={**r.model, "dropout": 0.3}) for r in (first, recipe(builder)))
    used = Program(first, digits.task)
    trained(used, first, few)
    begun, ended = trained(used, wanted, few)
    fresh_begun, fresh_ended = trained(Program(wanted, digits.task), wanted, few)
    assert same(begun, fresh_begun)
    assert same(ended, fresh_ended)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_no_optimizer_remembers_the_trial_before(workspace, digits, few, optimizer):
    wanted = recipe("mlp", optimizer=optimizer, learning_rate=0.01)
    program = workspace.program(wanted, digits.task)
    _, once = trained(program, wanted, few)
    trained(program, replace(wanted, seed=2), few)
    assert same(once, trained(program, wanted, few)[1])


def test_a_reset_starts_batch_norm_at_identity_with_fresh_averages(workspace, digits, few):
    wanted = recipe("resnet")
    program = workspace.program(wanted, digits.task)
    trained(program, wanted, few)
    program.reset(3, live_of(wanted))
    start = {"gamma": 1.0, "beta": 0.0, "moving_mean": 0.0, "moving_variance": 1.0}
    found = [(weight.name, weight.numpy()) for weight in program.model.weights if weight.name in start]
    assert len(found) == 4 * 6
    assert all(np.all(value == start[name]) for name, value in found)


@pytest.mark.parametrize("builder", BUILDERS.names())
def test_a_model_learns_in_the_second_trial_of_its_program(workspace, digits, builder):
    wanted = recipe(builder, epochs=8, learning_rate=0.01)
    program = workspace.program(wanted, digits.task)
    trained(program, replace(wanted, train=replace(wanted.train, epochs=1)), digits.train)
    trained(program, replace(wanted, seed=6), digits.train)
    right = program.logits(tf.constant(digits.train.x)).argmax(axis=1) == digits.train.y
    assert right.mean() > 0.9


def test_live_values_and_batch_size_change_without_a_new_trace(digits, few):
    program = Program(recipe("mlp"), digits.task)
    for rate, decay, l2, most, batch in (
        (1e-3, 0.0, 0.0, 0.0, 32),
        (1e-2, 0.1, 0.1, 1.0, 64),
        (1e-4, 1e-5, 1.0, 9.0, 7),
    ):
        live = {"learning_rate": rate, "weight_decay": decay, "l2": l2, "clip_norm": most, "batch_size": batch}
        trained(program, recipe("mlp", **live), few)
        program.logits(tf.constant(few.x))
    assert program._steps.traces == 1
    assert program._logits.traces == 1


@pytest.mark.parametrize("builder", BUILDERS.names())
def test_answers_do_not_depend_on_the_size_of_the_parts(workspace, digits, builder, monkeypatch):
    program = workspace.program(recipe(builder), digits.task)
    rows = tf.constant(digits.train.x[:70])
    whole = program.logits(rows)
    monkeypatch.setattr("zoo.training.program.PREDICTION_ROWS", 32)
    np.testing.assert_allclose(program.logits(rows), whole, atol=1e-5)
    assert len(whole) == 70
