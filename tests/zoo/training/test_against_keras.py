"""Weights: after each of three epochs those of `keras.Model.fit`, for every builder, optimizer and kind of rows."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.augmentations import augmentations_for
from zoo.builders import BUILDERS
from zoo.optimizers import FIRST, OPTIMIZERS
from zoo.training.feeding import OnDisk
from zoo.training.loss import dense

from .few import OWN, USUAL, few_digits, few_rows, modality_of
from .oracle import KERAS, RATES, by_engine, by_keras, distance, recipe, require_alike, same

QUICK = {"mlp": FIRST, "cnn": ("rmsprop",), "lstm": ("adam",)}
PAIRS = [  # every builder, and every optimizer on the quickest one
    pytest.param(builder, optimizer, marks=() if optimizer in QUICK.get(builder, ()) else pytest.mark.slow)
    for place, builder in enumerate(OWN)
    for optimizer in (KERAS if builder == "mlp" else QUICK.get(builder, (FIRST[place % len(FIRST)],)))
]


def marks_of(builder):
    return pytest.mark.slow if builder in USUAL else (pytest.mark.slow, pytest.mark.patient)


KINDS = [
    pytest.param(builder, kind, marks=() if (builder, kind) == ("mlp", "text") else marks_of(builder))
    for builder in OWN
    for kind in BUILDERS.entries[builder].facts["accepts"]
]
LAST_KINDS = [(builder, BUILDERS.entries[builder].facts["accepts"][-1]) for builder in OWN if builder != "mlp"]
BOTH = {"l2": 0.02, "clip_norm": 0.1}
PENALTIES = [
    pytest.param("mlp", {"l2": 0.02}, marks=pytest.mark.slow),
    pytest.param("mlp", {"clip_norm": 0.1}, marks=pytest.mark.slow),
    *(pytest.param(name, BOTH, marks=() if name == "mlp" else pytest.mark.slow) for name in OWN),
]


@pytest.fixture
def compared(workspace):
    """Train by the engine and by Keras from the same start, and return both courses."""

    def compare(wanted, splits):
        ours = by_engine(wanted, splits, workspace)
        return ours, by_keras(wanted, splits, ours.weights[0])

    return compare


@pytest.mark.parametrize(("builder", "optimizer"), PAIRS)
def test_every_builder_and_optimizer_gives_the_weights_of_keras_fit(compared, digits, builder, optimizer):
    wanted = recipe(builder, optimizer=optimizer, learning_rate=RATES[optimizer], weight_decay=0.05)
    splits = few_digits(digits) if modality_of(builder) == "image" else few_rows(digits, modality_of(builder))
    require_alike(*compared(wanted, splits))


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
@pytest.mark.parametrize(("builder", "penalty"), PENALTIES, ids=str)
def test_penalty_and_clipping_give_the_weights_of_keras_fit(workspace, compared, digits, builder, penalty):
    splits = few_rows(digits, modality_of(builder))
    plain = recipe(builder, optimizer="momentum", learning_rate=0.05)
    wanted = replace(plain, train=replace(plain.train, **penalty))
    ours, theirs = compared(wanted, splits)
    require_alike(ours, theirs)
    assert distance(ours.weights[-1], by_engine(plain, splits, workspace).weights[-1]) > 1e-3


@pytest.mark.often("cnn-*", "mlp-*", "lstm-series", "resnet-image")
@pytest.mark.parametrize(("builder", "kind"), KINDS)
def test_every_kind_of_rows_gives_the_weights_of_keras_fit(compared, digits, builder, kind):
    require_alike(*compared(recipe(builder), few_rows(digits, kind)))


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*", "linear-*", "wide_deep-*")
@pytest.mark.parametrize(("builder", "kind"), LAST_KINDS)
@pytest.mark.slow
def test_every_builder_of_quantities_gives_the_weights_of_keras_fit(compared, digits, builder, kind):
    require_alike(*compared(recipe(builder), few_rows(digits, kind, classes=0)))


def test_a_table_with_quantities_gives_the_weights_of_keras_fit_with_the_mean_squared_error(compared, diabetes):
    require_alike(*compared(recipe("mlp", optimizer="sgd", learning_rate=0.05), diabetes))


@pytest.mark.parametrize("builder", ["mlp", pytest.param("lstm", marks=pytest.mark.slow)])
def test_a_forecast_of_several_steps_gives_the_weights_of_keras_fit(compared, digits, builder):
    ours, theirs = compared(recipe(builder), few_rows(digits, "series", classes=0, horizon=4))
    assert ours.weights[0][-1].shape == (4,)
    require_alike(ours, theirs)


def test_the_gradients_of_a_repeated_token_are_one_whose_square_adam_averages(workspace):
    """As Kingma (2014) has it, in float64. Stock Keras on TensorFlow adds the squares of the parts instead."""
    table, tokens, parts = np.zeros((3, 1), "float32"), [1, 1], np.array([[1.0], [3.0]], "float32")
    variable, optimizer = keras.Variable(table), OPTIMIZERS.get("adam")(0.01, 0.0)
    optimizer.build([variable])
    optimizer.apply(dense([tf.IndexedSlices(parts, tokens, table.shape)]), [variable])
    squares = next(slot for slot in optimizer.variables if slot.path.endswith("velocity"))
    np.testing.assert_allclose(squares, 0.001 * np.array([[0.0], [16.0], [0.0]]), rtol=1e-6)


def test_pixels_in_bytes_give_the_weights_of_keras_fit(compared, digits):
    require_alike(*compared(recipe("mlp", learning_rate=0.01), few_rows(digits, "image", dtype="uint8")))


@pytest.mark.slow
def test_a_deep_bidirectional_lstm_gives_the_weights_of_keras_fit(compared, digits):
    wanted = recipe("lstm", **BOTH)
    require_alike(*compared(replace(wanted, model={**wanted.model, "layers": 3}), few_digits(digits)))


@pytest.mark.parametrize(("rows", "batch"), [(7, 65_536), (1, 1), (64, 32)])
def test_batches_larger_than_the_rows_of_one_row_and_without_rest_are_those_of_keras_fit(compared, digits, rows, batch):
    splits = few_digits(digits)
    fewer = replace(splits, train=replace(splits.train, x=splits.train.x[:rows], y=splits.train.y[:rows]))
    require_alike(*compared(recipe("mlp", batch_size=batch, learning_rate=0.01), fewer))


def test_weighted_rows_from_the_disk_give_the_weights_of_keras_fit_too(workspace, compared, digits, tmp_path):
    held = few_digits(digits, weights=np.random.default_rng(1).uniform(0, 3, 70).astype("float32"))
    x = np.memmap(tmp_path / "rows", "float32", "w+", shape=held.train.x.shape)
    x[:] = held.train.x
    source = replace(held.dataset.source, memory=x.nbytes // 2)
    there = replace(held, train=replace(held.train, x=x), dataset=replace(held.dataset, source=source))
    wanted = recipe("mlp", batch_size=8, learning_rate=0.01, class_weight="balanced")
    ours, theirs = compared(wanted, there)
    assert isinstance(workspace.tensors(there.train).x, OnDisk)
    require_alike(ours, theirs)
    assert same(ours.weights[-1], by_engine(wanted, held, workspace).weights[-1])


@pytest.mark.parametrize("optimizer", ["momentum", pytest.param("adam", marks=pytest.mark.slow)])
def test_a_learning_rate_that_a_callback_changes_gives_the_weights_of_keras_fit(workspace, digits, optimizer):
    wanted, splits = recipe("mlp", optimizer=optimizer, learning_rate=0.01, weight_decay=0.05), few_digits(digits)
    scheduled = [keras.callbacks.LearningRateScheduler(lambda epoch, rate: (0.02, 1e-3, 5e-3)[epoch])]
    ours = by_engine(wanted, splits, workspace, scheduled)
    require_alike(ours, by_keras(wanted, splits, ours.weights[0], callbacks=scheduled))
    assert distance(ours.weights[-1], by_engine(wanted, splits, workspace).weights[-1]) > 1e-3


@pytest.mark.parametrize("kind", ["image", pytest.param("series", marks=pytest.mark.slow)])
def test_all_augmentations_at_strength_0_give_the_bits_of_none(workspace, digits, kind):
    plain, splits = recipe("mlp", dropout=0.3), few_rows(digits, kind)
    still = replace(plain, augment=dict.fromkeys(augmentations_for(kind), 0.0))
    assert still.augment
    ours, theirs = (by_engine(wanted, splits, workspace) for wanted in (still, plain))
    assert same(ours.weights[-1], theirs.weights[-1])


@pytest.mark.parametrize("name", KERAS)
def test_an_optimizer_has_the_settings_of_the_stock_one(workspace, name):
    stock, ours = KERAS[name](0.01, 0.02, None), OPTIMIZERS.get(name)(0.01, 0.02)
    assert type(ours) is type(stock)
    settings = [optimizer.get_config() | {"name": name} for optimizer in (stock, ours)]
    assert settings[0].keys() == settings[1].keys()
    for setting, value in settings[0].items():
        is_rate = setting in ("learning_rate", "weight_decay")
        assert settings[1][setting] == (pytest.approx(value, rel=1e-6) if is_rate else value), setting
