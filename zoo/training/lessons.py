"""What a training learns from: the task's own answers, or a teacher's scores beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.recipe import TrainConfig
from zoo.task import Task
from zoo.training.loss import LOSSES, TARGET_DTYPES, loss_of


@dataclass(frozen=True)
class Lesson:
    """A loss, from targets and scores (rows, outputs) to each row's loss and what was right, and its targets' shape."""

    loss: Callable[[Any, Any], tuple[Any, Any]]
    targets: tf.TensorSpec


def lesson_of(task: Task, train: TrainConfig | None = None) -> Lesson:
    """Return what the rows' own answers teach: (rows,), or (rows, horizon) of forecasts over several steps.

    The loss is the one that `train` asks for, by default the usual one. Raises BadValue where it is not for the task.
    """
    shape = (None, task.horizon) if task.horizon > 1 else (None,)
    return Lesson(loss_of(task, train or TrainConfig()), tf.TensorSpec(shape, TARGET_DTYPES[task.kind]))


def distillation(task: Task, temperature: float, share: float) -> Lesson:
    """Return what a teacher's scores teach beside the answers; `taught` makes the targets.

    Of classes the loss is (1 - share) cross entropy + share T^2 KL(softmax(teacher / T) || softmax(scores / T)), whose
    factor T^2 keeps both gradients alike at any temperature T (Hinton 2015, section 2); of quantities it is
    (1 - share) squared error + share squared distance from the teacher's. Another `train.loss` has no part in it.
    """
    soft = _divergence(temperature) if task.kind == "classification" else LOSSES["regression"]
    own = 1 if task.kind == "classification" else task.horizon

    def loss(targets: Any, scores: Any) -> tuple[Any, Any]:
        answers, teacher = targets[:, :own], targets[:, own:]
        if task.kind == "classification" or own == 1:
            answers = tf.cast(answers[:, 0], TARGET_DTYPES[task.kind])
        hard, right = LOSSES[task.kind](answers, scores)
        return (1 - share) * hard + share * soft(teacher, scores)[0], right

    return Lesson(loss, tf.TensorSpec((None, own + task.outputs), "float32"))


def taught(answers: Any, teacher: np.ndarray) -> tf.Tensor:
    """Return the targets of a distillation, float32: each row's answers and the teacher's scores (rows, outputs)."""
    own = tf.cast(answers, "float32")
    return tf.concat([own[:, tf.newaxis] if len(own.shape) == 1 else own, tf.constant(teacher, "float32")], axis=1)


def _divergence(temperature: float) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Return T^2 times the Kullback-Leibler divergence of softened scores from a teacher's, a number a row."""

    def divergence(teacher: Any, scores: Any) -> tuple[Any, Any]:
        wanted = tf.nn.log_softmax(teacher / temperature)
        found = tf.nn.log_softmax(scores / temperature)
        return temperature**2 * tf.reduce_sum(tf.exp(wanted) * (wanted - found), axis=-1), tf.constant(0)

    return divergence
