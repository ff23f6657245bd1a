"""A user's compiled model in training: its epochs, its state, and what its answers are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.hypermodels.building import made
from zoo.portions import in_portions
from zoo.recipe import Recipe
from zoo.task import Task
from zoo.training.feeding import Data
from zoo.training.health import Units

PLAIN = {"regression": ("mean_squared_error", "mse"), "classification": ("crossentropy",)}
ROWS = 512  # judged at once


class Owned:
    """The model that a recipe's plugin builds and compiles, with the recipe's seed in all that is random.

    Raises what `zoo.hypermodels.building.made` raises.
    """

    def __init__(self, recipe: Recipe, task: Task) -> None:
        keras.utils.set_random_seed(recipe.seed)
        self._made = made(recipe, task)
        self.network, self._task = self._made.network, task
        self.network.optimizer.build(self.network.trainable_variables)
        self._units = Units.of(self.network)
        self._answer = tf.function(self._answers(), reduce_retracing=True)

    @property
    def most_epochs(self) -> int:
        """The most epochs that the user's own `fit` asks for."""
        return int(self._made.fitting.get("epochs", 10**9))

    @property
    def loss_is_plain(self) -> bool:
        """Whether the loss that fit tells is the mean squared error or the cross entropy, without any penalty."""
        name = self._made.meaning.loss
        is_plain = any(plain in name for plain in PLAIN[self._task.kind]) and "focal" not in name
        return is_plain and not self.network.losses

    @property
    def is_finite(self) -> bool:
        """Whether all weights are finite."""
        return all(bool(np.isfinite(weight.numpy()).all()) for weight in self.network.trainable_variables)

    def epoch(self, data: Data, order: np.ndarray, epoch: int, batch: int) -> Mapping[str, float]:
        """Train on the rows of `data` in `order`, as epoch `epoch`, counted from 1; return what fit tells of it."""
        passed = {name: value for name, value in self._made.fitting.items() if name == "class_weight"}
        rows = self._batches(data, order, int(self._made.fitting.get("batch_size", batch)))
        told = self.network.fit(rows, initial_epoch=epoch - 1, epochs=epoch, shuffle=False, verbose=0, **passed)
        return {name: values[-1] for name, values in told.history.items()}

    def judged(self, x: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
        """Return the answers to prepared rows (rows, outputs), and the signs of health that its layers show."""
        signs: list[tuple[np.ndarray, float, int]] = []

        def answer(rows: np.ndarray) -> np.ndarray:
            parts = [self._answer(tf.convert_to_tensor(rows[at : at + ROWS])) for at in range(0, len(rows), ROWS)]
            signs.extend((alive.numpy(), float(near), len(answers)) for answers, alive, near in parts)
            return np.concatenate([answers.numpy() for answers, _, _ in parts])

        return in_portions(answer, x), self._health(signs)

    def weights(self) -> tuple[np.ndarray, ...]:
        """Return copies of the model's weights, in Keras's order."""
        return tuple(weight.numpy().copy() for weight in self.network.weights)

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of all that training has changed: weights, the optimizer's variables and random states."""
        return {name: np.array(variable.numpy()) for name, variable in self._changing()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Make the model what it was when `state` was taken."""
        for name, variable in self._changing():
            variable.assign(state[name])

    def _changing(self) -> Iterator[tuple[str, Any]]:
        groups = {"weight": self.network.weights, "optimizer": self.network.optimizer.variables}
        groups["random"] = [found.state for layer in self.network._flatten_layers() for found in layer._seed_generators]
        for group, variables in groups.items():
            yield from ((f"{group}.{place}", variable) for place, variable in enumerate(variables))

    def _batches(self, data: Data, order: np.ndarray, batch: int) -> tf.data.Dataset:
        targets = tf.constant(self._made.meaning.targets(np.asarray(data.y)))
        is_weighted = bool(np.ptp(np.asarray(data.weights)) > 0)

        def taken(places: Any) -> tuple[Any, ...]:
            rows = self._made.entered(tf.gather(data.x, places)), tf.gather(targets, places)
            return (*rows, tf.gather(data.weights, places)) if is_weighted else rows

        return tf.data.Dataset.from_tensor_slices(order).batch(batch).map(taken).prefetch(1)

    def _answers(self) -> Any:
        """Return the function from prepared rows to answers, and the signs of health beside them."""
        watching = keras.Model(self.network.inputs, [self.network.outputs[0], *self._units.outputs])

        def answer(x: Any) -> tuple[Any, ...]:
            outputs, *values = tf.nest.flatten(watching(self._made.entered(x), training=False))
            return self._made.meaning.answers(outputs), *self._units.signs(values)

        return answer

    def _health(self, signs: list[tuple[np.ndarray, float, int]]) -> dict[str, float]:
        rows = sum(count for _, _, count in signs)
        health = {}
        if self._units.half_lines:
            health["health/dead_units"] = 1 - float(np.logical_or.reduce([alive for alive, _, _ in signs]).mean())
        if self._units.bounded:
            health["health/saturated"] = sum(near * count for _, near, count in signs) / rows
        return health
