"""Averages and Lookahead's slow weights: those of the papers and of Keras; they are judged, kept and restored."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.evaluation import evaluate
from zoo.live import live_values
from zoo.recipe import TrainConfig
from zoo.training.fitting import fit
from zoo.training.following import Followers
from zoo.training.updating import update_of

from .few import few_digits
from .oracle import recipe

pytestmark = pytest.mark.usefixtures("workspace")

STEPS, RATE = 8, 0.1
DICE = np.random.default_rng(7)
START, GRADIENTS = DICE.normal(size=(3, 2)), DICE.normal(size=(STEPS, 3, 2))


def followed(**asked):
    """Return trained and kept weights after each step of plain descent, by one compiled function."""
    train, variable, optimizer = (
        TrainConfig(**asked),
        keras.Variable(START.astype("float32")),
        keras.optimizers.SGD(RATE),
    )
    with live_values():
        followers = Followers(train, [variable])
    optimizer.build([variable])
    take = followers.after(update_of(optimizer), optimizer)
    step = tf.function(lambda gradient: take([gradient], [variable]), autograph=False)
    found = []
    for gradient in GRADIENTS.astype("float32"):
        step(tf.constant(gradient))
        found.append((variable.numpy(), followers.kept([variable])[0].numpy()))
    return found


def test_the_average_is_that_of_keras():
    variable = keras.Variable(START.astype("float32"))
    theirs = keras.optimizers.SGD(RATE, use_ema=True, ema_momentum=0.8)
    for gradient, (_, kept) in zip(GRADIENTS.astype("float32"), followed(ema_momentum=0.8), strict=True):
        theirs.apply([tf.constant(gradient)], [variable])
        np.testing.assert_allclose(kept, theirs._model_variables_moving_average[0].numpy(), rtol=1e-6)


def test_lookahead_is_that_of_the_paper():
    fast, slow = START.copy(), START.copy()
    for step, (gradient, found) in enumerate(
        zip(GRADIENTS, followed(lookahead=3, lookahead_share=0.4), strict=True), 1
    ):
        fast = fast - RATE * gradient
        if step % 3 == 0:
            slow = slow + 0.4 * (fast - slow)
            fast = slow
        np.testing.assert_allclose(found[0], fast, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found[1], slow, rtol=1e-5, atol=1e-6)


def test_of_both_the_average_is_kept():
    trained = [weights for weights, _ in followed(lookahead=3)]
    average = trained[0].astype("float64")
    for weights in trained[1:]:
        average = 0.5 * average + 0.5 * weights
    np.testing.assert_allclose(followed(lookahead=3, ema_momentum=0.5)[-1][1], average, rtol=1e-5)


def test_weights_are_shrunk_to_the_longest_that_is_allowed_before_anybody_follows():
    for trained, kept in followed(max_norm=0.5, ema_momentum=0.0001):
        assert np.all(np.linalg.norm(trained, axis=0) <= 0.5 + 1e-6)
        np.testing.assert_allclose(kept, trained, atol=1e-3)


def test_a_plain_recipe_adds_nothing_to_the_step():
    with live_values() as live:
        followers = Followers(TrainConfig(), [])
    update = update_of(keras.optimizers.SGD(RATE))
    assert followers.after(update, keras.optimizers.SGD(RATE)) is update
    assert (live, followers.variables) == ({}, [])


def test_what_is_judged_is_what_is_kept_and_training_goes_on_from_its_own(workspace, digits):
    plain = recipe("mlp", epochs=4, learning_rate=0.01)
    wanted = replace(plain, train=replace(plain.train, ema_momentum=0.9))
    splits = few_digits(digits)
    averaged, usual = fit(wanted, splits, workspace), fit(plain, splits, workspace)
    best = averaged.history[averaged.epoch - 1]
    metrics = evaluate(averaged, splits.validation).metrics
    assert metrics["accuracy"] == pytest.approx(best["val/accuracy"])
    assert metrics["log_loss"] == pytest.approx(best["val/log_loss"], rel=1e-4)
    assert [epoch["train/log_loss"] for epoch in averaged.history] == [
        epoch["train/log_loss"] for epoch in usual.history
    ]
    assert best["val/log_loss"] != usual.history[averaged.epoch - 1]["val/log_loss"]
