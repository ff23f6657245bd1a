"""Lessons: a distillation's loss is the one of its paper, by a float64 oracle."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.task import Task
from zoo.training.lessons import distillation, lesson_of, taught

CLASSES = Task("table", (4,), ("a", "b", "c"))
QUANTITY = Task("table", (4,))
FORECAST = Task("series", (8, 1), horizon=2)


def softmax(scores):
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@pytest.fixture
def scores():
    chance = np.random.default_rng(0)
    return chance.normal(0, 3, (2, 5, 3))


def test_a_distillation_is_cross_entropy_and_the_softened_divergence_in_their_shares(scores):
    (ours, theirs), labels = scores, np.array([0, 1, 2, 1, 0])
    temperature, share = 3.0, 0.6
    wanted, found = softmax(theirs / temperature), softmax(ours / temperature)
    divergence = (wanted * np.log(wanted / found)).sum(axis=1)
    hard = -np.log(softmax(ours)[np.arange(5), labels])
    expected = (1 - share) * hard + share * temperature**2 * divergence
    lesson = distillation(CLASSES, temperature, share)
    loss, right = lesson.loss(taught(tf.constant(labels), theirs), tf.constant(ours, "float32"))
    assert loss.numpy() == pytest.approx(expected, rel=1e-5)
    assert int(right) == int((ours.argmax(axis=1) == labels).sum())


def test_who_answers_as_the_teacher_learns_nothing_of_it(scores):
    theirs = tf.Variable(scores[0], dtype="float32")
    lesson = distillation(CLASSES, 4.0, 1.0)
    with tf.GradientTape() as tape:
        loss, _ = lesson.loss(taught(tf.constant([0, 1, 2, 1, 0]), scores[0]), theirs)
    assert np.abs(loss).max() < 1e-5
    assert np.abs(tape.gradient(loss, theirs)).max() < 1e-5


def test_a_distillation_of_quantities_is_the_squared_distance_from_answer_and_teacher():
    ours, theirs, truth = (np.array(values)[:, np.newaxis] for values in ([0.5, -1.0], [0.0, 2.0], [1.0, 1.0]))
    loss, _ = distillation(QUANTITY, 1.0, 0.25).loss(
        taught(tf.constant(truth[:, 0]), theirs), tf.constant(ours, "float32")
    )
    assert loss.numpy() == pytest.approx((0.75 * (ours - truth) ** 2 + 0.25 * (ours - theirs) ** 2)[:, 0])


def test_a_distillation_of_a_forecast_is_the_mean_over_its_steps():
    ours, theirs, truth = np.random.default_rng(1).normal(size=(3, 4, 2))
    loss, _ = distillation(FORECAST, 1.0, 0.5).loss(taught(tf.constant(truth), theirs), tf.constant(ours, "float32"))
    assert loss.numpy() == pytest.approx((0.5 * (ours - truth) ** 2 + 0.5 * (ours - theirs) ** 2).mean(axis=1))


@pytest.mark.parametrize("task", [CLASSES, QUANTITY, FORECAST])
def test_targets_have_the_shape_that_the_lesson_says(task):
    answers = np.zeros((5, 2) if task.horizon > 1 else 5, "int32" if task.classes else "float32")
    lesson = distillation(task, 2.0, 0.5)
    assert lesson.targets.is_compatible_with(taught(tf.constant(answers), np.zeros((5, task.outputs))))
    assert lesson_of(task).targets.is_compatible_with(tf.constant(answers))
