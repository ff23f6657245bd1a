"""The losses of weighted and of mixed rows, in float64."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.recipe import TrainConfig
from zoo.task import Task
from zoo.training.augmenting import Mixed, weighted_losses
from zoo.training.loss import cross_entropy, loss_of, squared_error

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

RANDOM = np.random.default_rng(3)
LOGITS, LABELS = RANDOM.normal(0, 3, (8, 4)), RANDOM.integers(0, 4, 8)
WEIGHTS, PARTNERS, SHARES = RANDOM.uniform(0, 2, 8), RANDOM.permutation(8), RANDOM.uniform(size=8)


def losses_at(labels):
    shifted = np.exp(LOGITS - LOGITS.max(axis=1, keepdims=True))
    return -np.log(shifted / shifted.sum(axis=1, keepdims=True))[np.arange(8), labels]


def test_a_rows_loss_is_multiplied_by_its_weight():
    targets = tf.constant(LABELS, "int32"), tf.constant(WEIGHTS, "float32")
    losses, right = weighted_losses(cross_entropy, targets, tf.constant(LOGITS, "float32"), None)
    np.testing.assert_allclose(losses, WEIGHTS * losses_at(LABELS), rtol=1e-5)
    assert int(right) == np.sum(LOGITS.argmax(axis=1) == LABELS)


def test_the_loss_of_a_mixed_row_is_the_mixture_of_its_losses_for_both_answers():
    targets = tf.constant(LABELS, "int32"), tf.constant(WEIGHTS, "float32")
    mixed = Mixed(tf.constant(PARTNERS, "int32"), tf.constant(SHARES, "float32"))
    losses, _ = weighted_losses(cross_entropy, targets, tf.constant(LOGITS, "float32"), mixed)
    others = WEIGHTS[PARTNERS] * losses_at(LABELS[PARTNERS])
    np.testing.assert_allclose(losses, SHARES * WEIGHTS * losses_at(LABELS) + (1 - SHARES) * others, rtol=1e-5)


def test_the_gradient_of_a_mixed_quantity_is_that_towards_the_mixed_quantity():
    answers, targets = tf.constant(RANDOM.normal(size=(8, 1))), RANDOM.normal(size=8)
    mixed = Mixed(tf.constant(PARTNERS, "int32"), tf.constant(SHARES))
    with tf.GradientTape() as tape:
        tape.watch(answers)
        given = tf.constant(targets), tf.ones(8, "float64")
        loss = tf.reduce_sum(weighted_losses(squared_error, given, answers, mixed)[0])
    towards = SHARES * targets + (1 - SHARES) * targets[PARTNERS]
    np.testing.assert_allclose(tape.gradient(loss, answers)[:, 0], 2 * (answers.numpy()[:, 0] - towards))


def test_a_loss_of_the_whole_batch_weighs_its_rows_itself():
    loss = loss_of(Task("table", (1,), tuple("abcd")), TrainConfig(loss="soft_f1"))
    targets = tf.constant(LABELS, "int32"), tf.constant(WEIGHTS, "float32")
    shifted = np.exp(LOGITS - LOGITS.max(axis=1, keepdims=True))
    found, wanted = shifted / shifted.sum(axis=1, keepdims=True), np.eye(4)[LABELS]
    weighed = WEIGHTS[:, np.newaxis]
    both = np.sum(weighed * (found + wanted), axis=0)
    expected = 1 - np.mean(2 * np.sum(weighed * found * wanted, axis=0) / (both + 1e-7))
    losses, _ = weighted_losses(loss, targets, tf.constant(LOGITS, "float32"), None)
    assert float(tf.reduce_mean(losses)) == pytest.approx(expected, rel=1e-5)
