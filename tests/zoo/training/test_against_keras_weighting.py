"""Weights of rows and classes, balanced visits, shares of the rows: each epoch ends at the weights of Keras's fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.dataset import Split

from .few import OWN, USUAL, few_digits, few_rows, modality_of, of_images
from .oracle import by_engine, by_keras, distance, recipe, require_alike, same

BUILT = ["mlp"]
BUILT += [pytest.param(name, marks=pytest.mark.slow) for name in USUAL if name != "mlp"]
BUILT += [pytest.param(name, marks=(pytest.mark.slow, pytest.mark.patient)) for name in OWN if name not in USUAL]
WEIGHTS = {
    "uneven": np.random.default_rng(1).uniform(0, 3, 70),
    "mostly_zero": np.where(np.arange(70) % 9 == 0, 1.0, 0.0),
    "zero_but_for_one": np.where(np.arange(70) == 3, 1.0, 0.0),  # whole batches weigh nothing
    "of_a_large_unit": np.random.default_rng(1).uniform(1e9, 3e9, 70),
}


@pytest.fixture
def plain(workspace):
    """Train a recipe by the engine without weights or balance, and return its last weights."""

    def train(wanted, splits):
        even = replace(wanted, train=replace(wanted.train, class_weight="none", sampling="shuffle"))
        alike = replace(splits, train=replace(splits.train, weights=None))
        return by_engine(even, alike, workspace).weights[-1]

    return train


def uneven(splits):
    """Return rows of which nine in ten of the last class are gone."""
    rows = splits.train
    kept = np.flatnonzero((rows.y < rows.y.max()) | (np.arange(len(rows)) % 10 == 0))
    return replace(splits, train=Split(rows.x[kept], rows.y[kept]))


@pytest.mark.often("mlp-*", "cnn-*")
@pytest.mark.parametrize("balance", ["class_weight", "sampling"])
@pytest.mark.parametrize("builder", BUILT)
def test_balanced_classes_give_the_weights_of_keras_fit(workspace, digits, plain, builder, balance):
    splits = uneven(few_rows(digits, modality_of(builder)))
    wanted = recipe(builder, optimizer="momentum", learning_rate=0.05, **{balance: "balanced"})
    ours = by_engine(wanted, splits, workspace)
    require_alike(ours, by_keras(wanted, splits, ours.weights[0]))
    assert distance(ours.weights[-1], plain(wanted, splits)) > 1e-3


@pytest.mark.parametrize("weights", WEIGHTS)
def test_row_weights_give_the_weights_of_keras_fit_with_sample_weight(workspace, digits, plain, weights):
    splits = few_digits(digits, weights=WEIGHTS[weights].astype("float32"))
    wanted = recipe("mlp", optimizer="sgd", learning_rate=0.05, l2=0.01)
    ours = by_engine(wanted, splits, workspace)
    require_alike(ours, by_keras(wanted, splits, ours.weights[0]))
    assert distance(ours.weights[-1], plain(wanted, splits)) > 1e-3


@pytest.mark.often("mlp", "cnn")
@pytest.mark.slow
@pytest.mark.parametrize("builder", of_images())
def test_weights_of_rows_and_of_classes_multiply_in_balanced_visits_too(workspace, digits, builder):
    splits = few_digits(digits, weights=WEIGHTS["uneven"].astype("float32"))
    wanted = recipe(builder, optimizer="adam", learning_rate=3e-3, class_weight="balanced", sampling="balanced")
    ours = by_engine(wanted, splits, workspace)
    require_alike(ours, by_keras(wanted, splits, ours.weights[0]))


def test_row_weights_of_quantities_give_the_weights_of_keras_fit(workspace, diabetes):
    weights = np.random.default_rng(1).uniform(0, 3, len(diabetes.train)).astype("float32")
    splits = replace(diabetes, train=replace(diabetes.train, weights=weights))
    wanted = recipe("mlp", learning_rate=3e-3)
    ours = by_engine(wanted, splits, workspace)
    require_alike(ours, by_keras(wanted, splits, ours.weights[0]))


def test_weights_that_are_all_the_same_give_the_bits_of_no_weights(workspace, digits, plain):
    splits, wanted = few_digits(digits, weights=np.full(70, 0.3, "float32")), recipe("mlp")
    assert same(by_engine(wanted, splits, workspace).weights[-1], plain(wanted, splits))


@pytest.mark.parametrize("sampling", ["shuffle", "balanced"])
def test_a_share_of_the_rows_that_grows_gives_the_weights_of_keras_fit_on_those_rows(
    workspace, digits, plain, sampling
):
    splits = few_digits(digits)
    wanted = recipe("mlp", epochs=10, stop_after=5, optimizer="momentum", learning_rate=0.05, sampling=sampling)
    rows = replace(wanted, train=replace(wanted.train, fidelity="rows"))
    ours = by_engine(rows, splits, workspace)
    require_alike(ours, by_keras(rows, splits, ours.weights[0]), epochs=5)
    assert distance(ours.weights[-1], plain(wanted, splits)) > 1e-3


def test_a_share_of_the_rows_of_quantities_gives_the_weights_of_keras_fit_too(workspace, diabetes):
    wanted = recipe("mlp", epochs=10, stop_after=5, learning_rate=3e-3, fidelity="rows")
    ours = by_engine(wanted, diabetes, workspace)
    require_alike(ours, by_keras(wanted, diabetes, ours.weights[0]), epochs=5)
