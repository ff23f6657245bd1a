"""The compiled training program of one structure: traced once, then reset and run for trial after trial."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from zoo.augmentations import augmentation_layers
from zoo.builders import build
from zoo.errors import Diverged
from zoo.live import live, live_values
from zoo.optimizers import OPTIMIZERS
from zoo.recipe import Recipe
from zoo.task import Task
from zoo.training.augmenting import augmented, weighted_losses
from zoo.training.feeding import Data, OnDisk
from zoo.training.initial import recorded_initial_values, seeds
from zoo.training.loss import LOSSES, TARGET_DTYPES, clipped, dense, with_l2

PREDICTION_ROWS = 512  # bounds the activations held at once; more rows at once are no faster
CURE = "lower train.learning_rate"
SLICE_SECONDS = 0.5  # a call into the program cannot be interrupted, so none lasts much longer


@dataclass
class Pace:
    """How many steps fit into one call of about `SLICE_SECONDS`, learned from the last call."""

    steps: int = 8

    def learn(self, seconds: float) -> None:
        """Take in how long the last call of `steps` took; at most eight times as many go into the next."""
        self.steps = max(1, min(8 * self.steps, int(self.steps * SLICE_SECONDS / max(seconds, 1e-6))))


class Tally(NamedTuple):
    """Sums over the rows of an epoch so far, handed from call to call: its bits do not depend on where calls end."""

    loss: tf.Tensor  # float64 scalar
    correct: tf.Tensor  # int32 scalar; 0 where quantities are learned

    @classmethod
    def zero(cls) -> Tally:
        """Return the tally before the first row."""
        return cls(tf.constant(0.0, "float64"), tf.constant(0))


class Program:
    """A model, its optimizer and two compiled functions; nothing in it belongs to one trial after `reset`.

    The Live values of training, of the builder and of augmentations, which stand before the model in training only,
    are variables; data and batch size are arguments. `facts` are what augmentations must know of the data.
    """

    def __init__(self, recipe: Recipe, task: Task, facts: Mapping[str, Any] | None = None) -> None:
        train, self.pace = recipe.train, Pace()
        with live_values() as self._live, recorded_initial_values() as self._initial_values:
            self.model = build(recipe.builder, task, **recipe.model)
            self.optimizer = OPTIMIZERS.get(train.optimizer)(train.learning_rate, train.weight_decay)
            self._l2, self._clip_norm = live("l2", train.l2), live("clip_norm", train.clip_norm)
            self._augmentations = augmentation_layers(recipe.augment, facts or {})
        self._loss = LOSSES[task.kind]
        self.optimizer.build(self.model.trainable_variables)
        self._optimizer_start = [(variable, variable.numpy()) for variable in self.optimizer.variables]
        self._seed_generators = _seed_generators([*self.model._flatten_layers(), *self._augmentations])
        rows = tf.TensorSpec((None, *task.input_shape), task.dtype)
        whole, order = tf.TensorSpec((), "int32"), tf.TensorSpec((None,), "int32")
        targets = tf.TensorSpec((None, task.horizon) if task.horizon > 1 else (None,), TARGET_DTYPES[task.kind])
        data = rows, targets, tf.TensorSpec((None,), "float32")
        signature = (*data, order, whole, whole, whole, tf.TensorSpec((), "float64"), whole)
        self._steps = tf.function(self._run, signature, autograph=False)
        self._logits = tf.function(lambda x: self.model(x, training=False), (rows,), autograph=False)

    @property
    def parameters(self) -> int:
        """Return how many numbers the model's weights hold."""
        return self.model.count_params()

    def reset(self, seed: int, live: Mapping[str, float]) -> None:
        """Make the program what a fresh one with these Live values and this seed would be."""
        numbers = iter(seeds(seed, len(self._initial_values) + len(self._seed_generators)))
        for initial in self._initial_values:
            initial.assign(next(numbers))
        for generator in self._seed_generators:
            generator.state.assign([next(numbers), 0])
        for variable, value in self._optimizer_start:
            variable.assign(value)
        self.optimizer.learning_rate.assign(live["learning_rate"])
        for name, variable in self._live.items():
            variable.assign(live[name])

    def run(self, data: Data, order: tf.Tensor, steps: tuple[int, int], batch: int, tally: Tally) -> Tally:
        """Train on the steps `first` to `last - 1` of visiting the rows of `data` in `order`, `batch` at a time.

        The last batch of an epoch is the rows that are left, as in `keras.Model.fit`. Raises Diverged when the loss
        or a weight is not finite afterwards.
        """
        began = time.perf_counter()
        first, last, size = (tf.constant(number, "int32") for number in (*steps, batch))
        loss, correct, finite = self._steps(*data, order, first, last, size, *tally)
        if not bool(finite):
            raise Diverged(f"loss or weights are no longer finite by step {steps[1]} of an epoch; {CURE}.")
        if steps[1] - steps[0] == self.pace.steps:
            self.pace.learn(time.perf_counter() - began)
        return Tally(loss, correct)

    def logits(self, x: tf.Tensor | OnDisk) -> np.ndarray:
        """Return the model's scores at inference, (rows, outputs); rows on the disk are read a part at a time."""
        parts = [self._logits(x[at : at + PREDICTION_ROWS]).numpy() for at in range(0, len(x), PREDICTION_ROWS)]
        return np.concatenate(parts)

    def weights(self) -> tuple[np.ndarray, ...]:
        """Return copies of the model's weights, in Keras's order."""
        return tuple(weight.numpy().copy() for weight in self.model.weights)

    def _run(self, *given: Any) -> tuple[Any, ...]:
        (x, y, weights, order, first, last, batch), tally = given[:7], given[7:]
        rows = tf.size(order)

        def step(at: Any, loss_sum: Any, correct: Any) -> tuple[Any, Any, Any]:
            chosen = order[at * batch : tf.minimum((at + 1) * batch, rows)]
            loss, right = self._step(tf.gather(x, chosen), tf.gather(y, chosen), tf.gather(weights, chosen))
            return at + 1, loss_sum + tf.cast(loss, "float64") * tf.cast(tf.size(chosen), "float64"), correct + right

        _, loss_sum, correct = tf.while_loop(lambda at, *_: at < last, step, (first, *tally), parallel_iterations=1)
        finite = [tf.reduce_all(tf.math.is_finite(weight.value)) for weight in self.model.trainable_variables]
        return loss_sum, correct, tf.reduce_all(finite) & tf.math.is_finite(loss_sum)

    def _step(self, x: Any, y: Any, weights: Any) -> tuple[Any, Any]:
        """Take one optimizer step; return the batch's mean loss without penalty, and how many answers were right.

        The mean is the sum of the weighted losses over the number of rows, as Keras takes it.
        """
        variables = self.model.trainable_variables
        x, mixed = augmented(self._augmentations, x)
        with tf.GradientTape() as tape:
            losses, right = weighted_losses(self._loss, (y, weights), self.model(x, training=True), mixed)
            loss = tf.reduce_mean(losses)
        gradients = dense(tape.gradient(loss, [v.value for v in variables]))
        self.optimizer.apply(clipped(with_l2(gradients, variables, self._l2), self._clip_norm), variables)
        return loss, right


def _seed_generators(layers: Iterable[keras.layers.Layer]) -> list[keras.random.SeedGenerator]:
    return [generator for layer in layers for generator in layer._seed_generators]
