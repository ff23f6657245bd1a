"""The compiled program against `keras.Model.fit`: same recipe, data, batches and epochs, interleaved in one process."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import keras
import pytest

from zoo.builders import build
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.workspace import Workspace

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
EPOCHS, ROUNDS = 10, 5


def by_keras(recipe, splits):
    """Train as a hand-written trial does: a fresh session, compile, fit with validation data."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(recipe.seed)
    model = build(recipe.builder, splits.task, **recipe.model)
    optimizer = keras.optimizers.AdamW(recipe.train.learning_rate, weight_decay=recipe.train.weight_decay)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"])
    validation = (splits.validation.x, splits.validation.y)
    history = model.fit(
        splits.train.x, splits.train.y, batch_size=32, epochs=EPOCHS, validation_data=validation, verbose=0
    )
    return max(history.history["val_accuracy"])


def timed(work):
    began = time.perf_counter()
    return work(), time.perf_counter() - began


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_a_trial_of_ten_epochs(builder):
    workspace = Workspace()
    splits = workspace.splits(Source("digits"))
    rows = []
    for seed in range(ROUNDS):
        train = TrainConfig(epochs=EPOCHS, patience=EPOCHS)
        recipe = Recipe(splits.dataset.source, builder, train=train, seed=seed)
        fresh = timed(lambda recipe=recipe: fit(recipe, splits, Workspace()))[1]
        fit(replace(recipe, seed=99), splits, workspace)
        trained, again = timed(lambda recipe=recipe: fit(recipe, splits, workspace))
        theirs, peer = timed(lambda recipe=recipe: by_keras(recipe, splits))
        rows.append((fresh, again, peer, max(h["val/accuracy"] for h in trained.history), theirs))
    fresh, again, peer, ours, theirs = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"\n{builder}: keras fit {peer:.2f} s, new structure {fresh:.2f} s ({peer / fresh:.1f}x), ", end="")
    print(f"structure met before {again:.2f} s ({peer / again:.1f}x); accuracy {ours:.3f} against {theirs:.3f}")
