"""Losses, penalty and clipping against float64 NumPy and Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.training.loss import clipped, cross_entropy, dense, squared_error, with_l2

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

RANDOM = np.random.default_rng(3)


def test_cross_entropy_is_each_rows_negative_logarithm_of_the_right_classs_softmax():
    logits, labels = RANDOM.normal(0, 30, (50, 4)), RANDOM.integers(0, 4, 50)
    highest = logits.max(axis=1, keepdims=True)
    total = highest[:, 0] + np.log(np.exp(logits - highest).sum(axis=1))
    losses, right = cross_entropy(tf.constant(labels, "int32"), tf.constant(logits, "float32"))
    np.testing.assert_allclose(losses, total - logits[np.arange(50), labels], rtol=1e-5, atol=1e-5)
    assert int(right) == np.sum(logits.argmax(axis=1) == labels)


def test_squared_error_compares_each_answer_with_its_own_target():
    answers, targets = RANDOM.normal(size=(50, 1)).astype("float32"), RANDOM.normal(size=50).astype("float32")
    losses, right = squared_error(tf.constant(targets), tf.constant(answers))
    np.testing.assert_allclose(losses, (answers[:, 0].astype("float64") - targets) ** 2, rtol=1e-5)
    assert int(right) == 0


def test_the_squared_error_of_a_forecast_is_the_mean_over_its_horizon():
    answers, targets = (RANDOM.normal(size=(20, 3)).astype("float32") for _ in range(2))
    losses, _ = squared_error(tf.constant(targets), tf.constant(answers))
    np.testing.assert_allclose(losses, np.mean((answers.astype("float64") - targets) ** 2, axis=1), rtol=1e-5)


def test_the_gradient_of_squared_error_is_two_over_the_rows_times_the_error():
    answers, targets = tf.constant(RANDOM.normal(size=(8, 1))), RANDOM.normal(size=8)
    with tf.GradientTape() as tape:
        tape.watch(answers)
        loss = tf.reduce_mean(squared_error(tf.constant(targets), answers)[0])
    expected = 2 / 8 * (answers.numpy()[:, 0] - targets)
    np.testing.assert_allclose(tape.gradient(loss, answers)[:, 0], expected)


def test_the_penalty_pulls_at_kernels_and_leaves_vectors_alone():
    kernel, bias = (keras.Variable(RANDOM.normal(size=shape), dtype="float32") for shape in ((3, 2), (2,)))
    gradients = [tf.ones((3, 2)), tf.ones(2)]
    pulled = with_l2(gradients, [kernel, bias], tf.constant(0.25))
    np.testing.assert_allclose(pulled[0], 1 + 0.5 * kernel.numpy(), rtol=1e-6)
    np.testing.assert_array_equal(pulled[1], gradients[1])


def clip(gradients, most):
    return clipped(gradients, tf.linalg.global_norm(gradients), tf.constant(most))


@pytest.mark.parametrize("most", [0.5, 4.0, 1e6])
def test_gradients_are_scaled_together_down_to_the_global_norm(most):
    gradients = [RANDOM.normal(0, 3, shape).astype("float32") for shape in ((3, 2), (2,))]
    norm = np.sqrt(sum(np.sum(gradient.astype("float64") ** 2) for gradient in gradients))
    found = clip([tf.constant(gradient) for gradient in gradients], most)
    for ours, gradient in zip(found, gradients, strict=True):
        np.testing.assert_allclose(ours, gradient * min(1, most / norm), rtol=1e-6)


def test_a_norm_of_zero_leaves_the_gradients_as_they_are():
    gradients = [tf.constant(RANDOM.normal(0, 1e3, (3, 2)), "float32")]
    np.testing.assert_array_equal(clip([tf.constant(g) for g in gradients], 0.0)[0], gradients[0])


@pytest.mark.parametrize("most", [0.0, 1.0])
def test_gradients_of_zero_stay_zero(most):
    np.testing.assert_array_equal(clip([tf.zeros((3, 2))], most)[0], np.zeros((3, 2)))


def test_clipping_does_not_hide_a_gradient_that_is_not_finite():
    found = clip([tf.constant([np.inf, 1.0]), tf.constant([2.0])], 1.0)
    assert np.isnan(found[1]).all()


def test_the_gradient_of_an_embedding_is_taken_in_as_a_whole_table():
    table, tokens = keras.Variable(RANDOM.normal(size=(5, 2)), dtype="float32"), tf.constant([3, 1, 3])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(tf.gather(table.value, tokens)))
    sparse = tape.gradient(loss, [table.value])
    assert isinstance(sparse[0], tf.IndexedSlices)
    expected = 2 * table.numpy() * np.array([[0], [1], [0], [2], [0]])
    np.testing.assert_allclose(dense(sparse)[0], expected, rtol=1e-6)
