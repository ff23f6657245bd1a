"""The compiled training program of one structure: traced once, then reset and run for trial after trial."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.augmentations import augmentation_layers
from zoo.builders import build
from zoo.errors import Diverged, Unsupported
from zoo.live import live, live_values
from zoo.optimizers import make_optimizer
from zoo.recipe import Recipe
from zoo.task import Task
from zoo.training.clipping import Bounds
from zoo.training.extras import asked, is_scheduled, of_optimizer
from zoo.training.feeding import Data, OnDisk
from zoo.training.following import Followers
from zoo.training.health import Units
from zoo.training.initial import recorded_initial_values, seeds
from zoo.training.jitted import WholeBatches, require_dense
from zoo.training.judging import Sums, judge
from zoo.training.lessons import Lesson, lesson_of
from zoo.training.precision import computing_in, loss_scale
from zoo.training.rates import Rates
from zoo.training.recurrent import quicken
from zoo.training.stepping import Stepping
from zoo.training.tally import Judged, Pace, Tally
from zoo.training.traced import Traced
from zoo.training.updating import update_of

PREDICTION_ROWS = 512  # bounds the activations held at once; more rows at once are no faster
CURE = "lower train.learning_rate"


class Program:
    """A model, its optimizer and its compiled functions; nothing in it belongs to one trial after `reset`.

    The Live values of training, of the builder and of augmentations, which stand before the model in training only,
    are variables; data, batch size and the `rates` of a schedule come from outside. `facts` are what augmentations
    must know of the data. With `train.jit_compile` all batches of an epoch but the last are XLA's, of which size and
    number of rows are part.
    A `network` is trained in place of what the recipe's builder builds, and starts from the weights that it has now;
    a `lesson` other than the task's own says what its targets are. Raises Unsupported when XLA serves no such model.
    """

    def __init__(
        self,
        recipe: Recipe,
        task: Task,
        facts: Mapping[str, Any] | None = None,
        *,
        network: keras.Model | None = None,
        lesson: Lesson | None = None,
    ) -> None:
        require_dense(recipe)
        train, self.pace, self._taken = recipe.train, Pace(), Lock()
        with live_values() as self._live, recorded_initial_values() as self._initial_values:
            with computing_in(train.precision):
                self.model = build(recipe.builder, task, **recipe.model) if network is None else network
            rates = train.learning_rate, train.weight_decay
            self.optimizer = make_optimizer(train.optimizer, *rates, **of_optimizer(train))
            bounds = Bounds.of(train, live("l2", train.l2), live("clip_norm", train.clip_norm))
            sharpness = asked(train, "sharpness")
            self._followers = Followers(train, self.model.trainable_variables)
            lesson = lesson or lesson_of(task, train)
            augmentations = augmentation_layers(recipe.augment, facts or {})
        self._given = () if network is None else self.weights()
        quicken(self.model._flatten_layers())
        self._judge, self._units = judge(task.kind, task.horizon), Units.of(self.model)
        self._scale = loss_scale(train.precision)
        self.rates = Rates(self.optimizer) if is_scheduled(train) else None
        update = self._followers.after(update_of(self.optimizer), self.optimizer)
        means = self._scale, bounds, sharpness, self.rates
        stepping = Stepping(self.model, update, augmentations, lesson.loss, *means)
        self.optimizer.build(self.model.trainable_variables)
        self._optimizer_start = [(variable, variable.numpy()) for variable in self.optimizer.variables]
        self._seed_generators = _seed_generators([*self.model._flatten_layers(), *augmentations])
        rows = tf.TensorSpec((None, *task.input_shape), task.dtype)
        whole, order = tf.TensorSpec((), "int32"), tf.TensorSpec((None,), "int32")
        data = rows, lesson.targets, tf.TensorSpec((None,), "float32")
        tally = (tf.TensorSpec((), part.dtype) for part in Tally.zero())
        self._steps = Traced(stepping.run, (*data, order, whole, whole, whole, *tally))
        self._whole = WholeBatches(stepping.next, stepping.is_finite, train.batch_size) if train.jit_compile else None
        self._logits = Traced(self._answer(), (rows,))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Keep others from training with this program inside the block; raise Unsupported when somebody does so."""
        if not self._taken.acquire(blocking=False):
            raise Unsupported(
                "a training of the same structure runs with this Workspace. Give the other one a Workspace of its own."
            )
        try:
            yield
        finally:
            self._taken.release()

    @property
    def parameters(self) -> int:
        """Return how many numbers the model's weights hold."""
        return self.model.count_params()

    @property
    def operations(self) -> int:
        """Return how many operations the program's graphs hold; a graph counts from its first run, which traces it."""
        return sum(function.operations for function in (self._steps, self._logits, self._whole) if function is not None)

    def reset(self, seed: int, live: Mapping[str, float]) -> None:
        """Make the program what a fresh one with these Live values and this seed would be."""
        numbers = iter(seeds(seed, len(self._initial_values) + len(self._seed_generators)))
        for initial in self._initial_values:
            initial.assign(next(numbers))
        if self._given:
            self.model.set_weights(self._given)
        for generator in self._seed_generators:
            generator.state.assign([next(numbers), 0])
        for variable, value in self._optimizer_start:
            variable.assign(value)
        self._scale.reset()
        self._followers.reset()
        if self.rates is not None:
            self.rates.reset()
        self.optimizer.learning_rate.assign(live["learning_rate"])
        for name, variable in self._live.items():
            variable.assign(live[name])

    def run(self, data: Data, order: tf.Tensor, steps: tuple[int, int], batch: int, tally: Tally) -> Tally:
        """Train on the steps `first` to `last - 1` of visiting the rows of `data` in `order`, `batch` at a time.

        The last batch of an epoch is the rows that are left, as in `keras.Model.fit`. Raises Diverged when the loss
        or a weight is not finite afterwards.
        """
        self.pace, began = self.pace.of(batch), time.perf_counter()
        for function, *numbers in self._calls(order, steps, batch):
            *sums, finite = function(*data, order, *(tf.constant(number, "int32") for number in numbers), *tally)
            if not bool(finite):
                raise Diverged(f"loss or weights are no longer finite by step {steps[1]} of an epoch; {CURE}.")
            tally = Tally(*sums)
        if steps[1] - steps[0] == self.pace.steps:
            self.pace.learn(time.perf_counter() - began)
        return tally

    def judged(self, data: Data) -> Judged:
        """Return what the model's answers to `data` are worth at inference, unweighted, without keeping them.

        They are those of the weights to keep. Raises Diverged for an answer that is not finite.
        """
        with self._followers.shown():
            return self._judged(data)

    def _judged(self, data: Data) -> Judged:
        loss, right, near = 0.0, 0.0, 0.0
        alive = np.zeros((), bool)  # of no row yet
        for part in _parts(len(data.y)):
            scores, some_alive, some_near = self._scores(data.x, part)
            some_loss, some_right = self._judge(scores, data.y[part])
            loss, right = loss + some_loss.numpy(), right + some_right.numpy()
            alive, near = alive | some_alive.numpy(), near + some_near.numpy() * len(scores)
        if not np.isfinite(loss):
            raise Diverged(f"an answer to a validation row is not finite; {CURE}.")
        return Judged(Sums(loss, right), alive, near / len(data.y) if self._units.bounded else None)

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of all that training has changed: weights, slots, Live values and random states, by name."""
        return {name: variable.numpy().copy() for name, variable in self._changing()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Make the program what it was when `state` was taken."""
        for name, variable in self._changing():
            variable.assign(state[name])

    def weights(self) -> tuple[np.ndarray, ...]:
        """Return copies of the model's weights to keep, in Keras's order: averages where the recipe asks for them."""
        return tuple(weight.numpy().copy() for weight in self._followers.kept(self.model.weights))

    def _changing(self) -> Iterator[tuple[str, Any]]:
        """Return every variable that a training sets or moves, by a name that is the same in each such program."""
        states = [generator.state for generator in self._seed_generators]
        groups = {"weight": self.model.weights, "optimizer": self.optimizer.variables, "random": states}
        groups |= {"scale": self._scale.variables, "follower": self._followers.variables}
        for group, variables in groups.items():
            yield from ((f"{group}.{place}", variable) for place, variable in enumerate(variables))
        yield from ((f"live.{name}", variable) for name, variable in self._live.items())

    def _scores(self, x: tf.Tensor | OnDisk, part: slice) -> Any:
        return self._logits(tf.convert_to_tensor(x[part]))

    def _answer(self) -> Any:
        """Return the function to trace from rows to scores (rows, outputs), and the signs of health beside them."""
        watching = keras.Model(self.model.input, [self.model.output, *self._units.outputs])

        def answer(x: Any) -> tuple[Any, ...]:
            scores, *values = tf.nest.flatten(watching(x, training=False))
            return tf.cast(scores, "float32"), *self._units.signs(values)

        return answer

    def _calls(self, order: tf.Tensor, steps: tuple[int, int], batch: int) -> Iterator[tuple[Any, ...]]:
        """Yield the functions that take the steps, each with its first one, the one to stop at and the batch size."""
        first, last = steps
        if self._whole is not None:
            middle = max(first, min(last, self._whole.steps(order)))
            if first < middle:
                yield self._whole, first, middle, batch
            first = middle
        if first < last:
            yield self._steps, first, last, batch


def _parts(rows: int) -> Iterator[slice]:
    """Return the slices of at most PREDICTION_ROWS rows that cover all of them."""
    return (slice(at, at + PREDICTION_ROWS) for at in range(0, rows, PREDICTION_ROWS))


def _seed_generators(layers: Iterable[keras.layers.Layer]) -> list[keras.random.SeedGenerator]:
    return [generator for layer in layers for generator in layer._seed_generators]
