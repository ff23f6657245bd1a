"""Optimizer steps inside the compiled program: the loop over batches, and the gradients that one of them follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from zoo.training.augmenting import Mixed, augmented, weighted_losses
from zoo.training.clipping import Bounds
from zoo.training.health import flat
from zoo.training.loss import dense
from zoo.training.precision import Unscaled
from zoo.training.rates import Rates
from zoo.training.sharpness import Descent, sharpest
from zoo.training.tally import Tally
from zoo.training.updating import Update


class Taken(NamedTuple):
    """What one step adds to a tally: its rows' mean loss, how many were right, and the norm of its gradients."""

    loss: Any
    right: Any
    gradient_norm: Any


@dataclass(frozen=True)
class Stepping:
    """What one structure's steps are made of; its methods are traced.

    `update` takes the optimizer's step, `augmentations` are layers, `loss` is a Lesson's; `sharpness` is a variable,
    the radius of sharpness-aware steps. None leaves its operations out: a plain step, and a constant rate.
    """

    model: keras.Model
    update: Update
    augmentations: Sequence[keras.layers.Layer]
    loss: Callable[..., Any]
    scale: Unscaled
    bounds: Bounds
    sharpness: Any = None
    rates: Rates | None = None

    def run(self, *given: Any) -> tuple[Any, ...]:
        """Take steps `first` to `last - 1`; return the sums over their rows, and whether all stayed finite.

        Given are x, y, weights, order, first, last, the batch size and the parts of the tally so far.
        """
        (x, y, weights, order, first, last, batch), tally = given[:7], Tally(*given[7:])
        rows = tf.size(order)

        def step(at: Any, *sums: Any) -> tuple[Any, ...]:
            so_far = Tally(*sums)
            chosen = order[at * batch : tf.minimum((at + 1) * batch, rows)]
            is_last = (at + 1) * batch >= rows
            before = self._weights_if(is_last)
            so_far = self.next(x, y, weights, chosen, so_far)
            ratio = tf.cond(is_last, lambda: self._moved_from(before), lambda: so_far.update_ratio)
            return at + 1, *so_far._replace(update_ratio=ratio)

        _, *sums = tf.while_loop(lambda at, *_: at < last, step, (first, *tally), parallel_iterations=1)
        return *sums, self.is_finite(sums[0])

    def next(self, x: Any, y: Any, weights: Any, chosen: Any, sums: tuple[Any, ...]) -> Tally:
        """Take one optimizer step on the `chosen` rows; return the tally with it."""
        so_far = Tally(*sums)
        taken = self._step(tf.gather(x, chosen), tf.gather(y, chosen), tf.gather(weights, chosen))
        loss = so_far.loss + tf.cast(taken.loss, "float64") * tf.cast(tf.size(chosen), "float64")
        norm = so_far.gradient_norm + tf.cast(taken.gradient_norm, "float64")
        return so_far._replace(loss=loss, correct=so_far.correct + taken.right, gradient_norm=norm)

    def is_finite(self, loss: Any) -> Any:
        """Return whether the loss and all weights are finite."""
        squares = [tf.nn.l2_loss(weight.value) for weight in self.model.trainable_variables]
        return tf.math.is_finite(tf.add_n(squares)) & tf.math.is_finite(loss)

    def _step(self, x: Any, y: Any, weights: Any) -> Taken:
        """Take one optimizer step; the mean loss is without penalty.

        The mean is the sum of the weighted losses over the number of rows, as Keras takes it.
        """
        variables = self.model.trainable_variables
        x, mixed = augmented(self.augmentations, x)

        def descent() -> Descent:
            return self._descent(x, (y, weights), mixed)

        loss, right, gradients = descent() if self.sharpness is None else sharpest(descent, self.model, self.sharpness)
        gradients = self.bounds.penalized(gradients, variables)
        norm = tf.linalg.global_norm(gradients)
        gradients = self.bounds.kept(gradients, norm)

        def take() -> Any:
            return self.scale.applied(norm, lambda: self.update(gradients, variables))

        return Taken(loss, right, take() if self.rates is None else self.rates.scaling(take))

    def _descent(self, x: Any, targets: tuple[Any, Any], mixed: Mixed | None) -> Descent:
        """Return the loss of a batch, and its gradients at the weights that the model has now."""
        with tf.GradientTape() as tape:
            scores = tf.cast(self.model(x, training=True), "float32")
            losses, right = weighted_losses(self.loss, targets, scores, mixed)
            loss = tf.reduce_mean(losses)
            scaled = self.scale.scaled(loss)
        found = dense(tape.gradient(scaled, [v.value for v in self.model.trainable_variables]))
        return Descent(loss, right, self.scale.unscaled(found))

    def _weights_if(self, wanted: Any) -> Any:
        """Return the trainable weights as one vector, when `wanted`; only then are they copied."""
        return tf.cond(wanted, lambda: flat(self.model.trainable_variables), lambda: tf.zeros((0,)))

    def _moved_from(self, before: Any) -> Any:
        """Return how far the weights are from the vector `before`, over its length; 0 when that is 0."""
        return tf.math.divide_no_nan(tf.norm(flat(self.model.trainable_variables) - before), tf.norm(before))
