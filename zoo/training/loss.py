"""What a batch is worth and which way is down: losses by kind of answer, penalties on weights, clipping."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo import losses
from zoo.live import live
from zoo.losses.cross_entropy import cross_entropy as of_labels
from zoo.losses.mse import mse
from zoo.recipe import SWITCHES, TrainConfig
from zoo.task import Task

TARGET_DTYPES = {"classification": "int32", "regression": "float32"}


def cross_entropy(y: Any, logits: Any) -> tuple[Any, Any]:
    """Return each row's -log p[y], (rows,), and how many rows have their largest score at `y` (rows,)."""
    return of_labels(y, logits), _recognised(y, logits)


def squared_error(y: Any, logits: Any) -> tuple[Any, Any]:
    """Return each row's squared error, (rows,), and 0: no quantity is simply right.

    `y` is (rows,), or (rows, horizon) in forecasts, whose row is worth the mean over its horizon.
    """
    return mse(y, logits), tf.constant(0)


LOSSES = {"classification": cross_entropy, "regression": squared_error}


@dataclass(frozen=True)
class Loss:
    """A loss of the registry with its settings, which are variables inside a program; what was right is told beside."""

    function: Callable[..., Any]
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, y: Any, logits: Any) -> tuple[Any, Any]:
        """Return each row's loss (rows,), and how many rows have their largest score at `y`, 0 of quantities."""
        return self.function(y, logits, **self.settings), self.right(y, logits)

    def right(self, y: Any, logits: Any) -> Any:
        """Return how many rows are recognised; no quantity is simply right."""
        return _recognised(y, logits) if self.kind == "classification" else tf.constant(0)


class BatchLoss(Loss):
    """A loss that a whole batch has at once, from the weights of its rows too."""

    def weighted(self, y: Any, logits: Any, weights: Any) -> tuple[Any, Any]:
        """Return the batch's loss once for each row (rows,), which leaves it their mean, and how many are right."""
        loss = self.function(y, logits, weights, **self.settings)
        return loss * tf.ones_like(weights), self.right(y, logits)


def loss_of(task: Task, train: TrainConfig) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Return the loss that `train` asks for, from targets and scores to a number a row and what was right.

    Inside a program its settings are Live; a label smoothing of 0 is left out. Raises BadValue for a loss that is not
    for this task.
    """
    name = losses.loss_for(train, task)
    facts, known = losses.LOSSES.entries[name].facts, losses.settings_of(name)
    on = [one for one in known if one not in SWITCHES or getattr(train, one) > 0]
    if name == losses.DEFAULTS[task.kind] and not on:
        return LOSSES[task.kind]
    settings = {one: live(one, getattr(train, one)) for one in on}
    return (BatchLoss if facts.get("whole_batch") else Loss)(losses.LOSSES.get(name), task.kind, settings)


def _recognised(y: Any, logits: Any) -> Any:
    return tf.math.count_nonzero(tf.argmax(logits, -1, "int32") == y, dtype="int32")


def dense(gradients: list[Any]) -> list[Any]:
    """Return the gradients as tensors: those of an embedding come as the rows that the batch touched."""
    return [tf.convert_to_tensor(gradient) for gradient in gradients]


def is_kernel(variable: keras.Variable) -> bool:
    """Return whether penalties and constraints are for this weight: one of rank 2 and more.

    Biases, those of several rows too, and what batch norm learns are free, and so is a learned slope of each channel.
    """
    shape = tuple(variable.shape)
    of_each_channel = len(shape) > 2 and math.prod(shape) == max(shape)
    return len(shape) > 1 and not of_each_channel and variable.name != "bias"


def with_l2(gradients: list[Any], variables: list[keras.Variable], l2: Any) -> list[Any]:
    """Return the gradients of loss + l2 * sum(w^2) over the kernels.

    The penalty's own gradient, 2 l2 w, is added; its sum is not needed.
    """
    twice = 2 * l2
    pairs = zip(gradients, variables, strict=True)
    return [g + twice * v.value if is_kernel(v) else g for g, v in pairs]


def with_l1(gradients: list[Any], variables: list[keras.Variable], l1: Any) -> list[Any]:
    """Return the gradients of loss + l1 * sum(|w|) over the kernels (Tibshirani 1996): l1 sign(w) is added.

    At 0, where |w| has no slope, none is added. Weights come to lie near 0, and cross it, rather than stop there.
    """
    pairs = zip(gradients, variables, strict=True)
    return [g + l1 * tf.sign(v.value) if is_kernel(v) else g for g, v in pairs]


def projected(variables: Sequence[keras.Variable], max_norm: Any) -> None:
    """Shrink each unit's incoming weights to the length `max_norm` where they are longer (Srebro 2005; Hinton 2012).

    To be called after the optimizer's step. A unit's weights are those of its column of a kernel: all axes but the
    last, and in a depthwise kernel all but the last two.
    """
    for variable in filter(is_kernel, variables):
        rank = len(variable.shape)
        depthwise = rank > 2 and variable.shape[-1] == 1
        squares = tf.reduce_sum(tf.square(variable.value), list(range(rank - 1 - depthwise)), keepdims=True)
        norms = tf.sqrt(squares)
        variable.assign(variable.value * (max_norm / tf.maximum(norms, max_norm)))


def clipped(gradients: list[Any], norm: Any, clip_norm: Any) -> list[Any]:
    """Scale the gradients together so that their global `norm` is at most `clip_norm` (Pascanu 2013); 0 leaves them.

    A norm that is not finite makes every gradient NaN, as Keras's `global_clipnorm` does.
    """
    shrunk = tf.where(tf.math.is_finite(norm), clip_norm / tf.maximum(norm, clip_norm), np.nan)
    scale = tf.where(clip_norm > 0, shrunk, 1.0)
    return [gradient * scale for gradient in gradients]
