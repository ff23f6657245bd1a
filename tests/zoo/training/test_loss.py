"""Losses, penalty and clipping against float64 NumPy and Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.live import live_values
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.training.fitting import fit
from zoo.training.loss import (
    LOSSES,
    BatchLoss,
    clipped,
    cross_entropy,
    dense,
    is_kernel,
    loss_of,
    projected,
    squared_error,
    with_l1,
    with_l2,
)

from .few import few_digits

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


def variable(*shape, name="kernel"):
    return keras.Variable(RANDOM.normal(size=shape), dtype="float32", name=name)


def test_a_kernel_is_a_weight_of_two_axes_and_more_but_no_slope_of_each_channel():
    assert all(is_kernel(variable(*shape)) for shape in ((5, 3), (5, 1), (3, 3, 2, 4), (3, 3, 4, 1)))
    assert not any(is_kernel(variable(*shape)) for shape in ((3,), (1, 1, 6), (1, 6, 1)))
    assert not is_kernel(variable(2, 9, name="bias"))


def test_the_penalty_on_lengths_pulls_kernels_to_0_by_as_much_everywhere():
    kernel, bias = keras.Variable([[2.0, -0.5], [0.0, 1e-3]], dtype="float32"), variable(2)
    pulled = with_l1([tf.zeros((2, 2)), tf.zeros(2)], [kernel, bias], tf.constant(0.25))
    np.testing.assert_array_equal(pulled[0], [[0.25, -0.25], [0.0, 0.25]])
    np.testing.assert_array_equal(pulled[1], [0.0, 0.0])


@pytest.mark.parametrize(("shape", "axes"), [((6, 4), (0,)), ((3, 3, 2, 4), (0, 1, 2)), ((3, 3, 4, 1), (0, 1))])
def test_each_unit_s_weights_are_shrunk_to_the_longest_that_is_allowed(shape, axes):
    kernel, bias = variable(*shape), variable(shape[-1])
    before, free = kernel.numpy().astype("float64"), bias.numpy()
    projected([kernel, bias], tf.constant(1.3))
    norms = np.sqrt(np.sum(before**2, axis=axes, keepdims=True))
    assert (norms > 1.3).any()
    np.testing.assert_allclose(kernel.numpy(), before * np.minimum(1, 1.3 / norms), rtol=1e-5)
    np.testing.assert_array_equal(bias.numpy(), free)


def test_a_kernel_of_zeros_stays_as_it_is():
    kernel = keras.Variable(np.zeros((3, 2)), dtype="float32")
    projected([kernel], tf.constant(1.0))
    np.testing.assert_array_equal(kernel.numpy(), np.zeros((3, 2)))


def test_the_usual_loss_is_the_usual_function_and_another_has_live_settings():
    task = Task("table", (4,), ("a", "b"))
    assert loss_of(task, TrainConfig()) is LOSSES["classification"]
    with live_values() as found:
        loss_of(task, TrainConfig(loss="focal", focal_gamma=3.0))
        loss_of(task, TrainConfig(label_smoothing=0.0))
        assert {name: float(value) for name, value in found.items()} == {"focal_gamma": 3.0}
        loss_of(task, TrainConfig(label_smoothing=0.25))
    assert float(found["label_smoothing"]) == 0.25


def test_the_loss_of_a_whole_batch_is_told_once_a_row_and_counts_what_is_right():
    loss = loss_of(Task("table", (4,), ("a", "b", "c")), TrainConfig(loss="soft_f1"))
    y, scores = RANDOM.integers(0, 3, 12), RANDOM.normal(size=(12, 3))
    losses, right = loss.weighted(tf.constant(y, "int32"), tf.constant(scores, "float32"), tf.ones(12))
    assert isinstance(loss, BatchLoss)
    assert losses.shape == (12,)
    assert np.ptp(losses) == 0
    assert int(right) == np.sum(scores.argmax(axis=1) == y)


def fitted(workspace, digits, **asked):
    train = TrainConfig(epochs=3, learning_rate=0.02, weight_decay=0.0, **asked)
    recipe = Recipe(Source("digits"), "mlp", {"units": 16, "depth": 1}, train=train, seed=4)
    return fit(recipe, few_digits(digits), workspace), workspace.program(recipe, digits.task)


def test_no_unit_of_a_training_is_longer_than_allowed_and_the_length_is_live(workspace, digits):
    for most in (0.5, 0.8):
        trained, program = fitted(workspace, digits, max_norm=most)
        norms = [np.linalg.norm(weight, axis=0) for weight in trained.weights if weight.ndim > 1]
        assert max(norm.max() for norm in norms) <= most * (1 + 1e-6)
        assert max(norm.max() for norm in norms) > 0.9 * most
    assert program._steps.traces == 1


def test_a_penalty_on_lengths_leaves_shorter_weights_and_is_live(workspace, digits):
    totals = []
    for l1 in (1e-3, 0.1):
        trained, program = fitted(workspace, digits, l1=l1)
        totals.append(sum(np.abs(weight).sum() for weight in trained.weights if weight.ndim > 1))
    assert totals[1] < 0.8 * totals[0]
    assert program._steps.traces == 1
