"""XLA: the steps of an epoch that take whole batches, compiled for one batch size and one number of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from zoo.builders import BUILDERS
from zoo.builders._draws import hashed
from zoo.errors import Unsupported
from zoo.recipe import Recipe
from zoo.training.feeding import Data, OnDisk
from zoo.training.traced import Traced

CURE = "set train.jit_compile to false"


def is_dense(builder: str) -> bool:
    """Return whether the builder's models are of dense layers, which XLA makes faster on a CPU; imports no builder."""
    return bool(BUILDERS.entries[builder].facts.get("dense", False))


def require_dense(recipe: Recipe) -> None:
    """Raise Unsupported when XLA is asked for and the builder's models are not of dense layers."""
    if recipe.train.jit_compile and not is_dense(recipe.builder):
        dense = ", ".join(name for name in BUILDERS.names() if is_dense(name))
        raise Unsupported(f"train.jit_compile is true, which serves {dense} and not {recipe.builder}; {CURE}.")


def require_in_memory(recipe: Recipe, data: Data) -> None:
    """Raise Unsupported when XLA is asked for and the rows come from the disk, part by part."""
    if recipe.train.jit_compile and isinstance(data.x, OnDisk):
        raise Unsupported(f"train.jit_compile is true, and the rows to learn from stay on the disk; {CURE}.")


class WholeBatches:
    """All steps of an epoch but the last, whose batches are whole, compiled by XLA for the rows that come first.

    `step` takes one: from x, y, weights, the places of a batch's rows and the sums so far to the next sums; `is_finite`
    judges the first of these, the loss, and the weights. The last step, whole or not, is left to the graph.
    """

    def __init__(self, step: Callable[..., Any], is_finite: Callable[[Any], Any], batch: int) -> None:
        self._step, self._is_finite, self._batch = step, is_finite, batch
        self._steps: Traced | None = None

    @property
    def operations(self) -> int:
        """Return how many operations the compiled graph holds; 0 until it is traced."""
        return 0 if self._steps is None else self._steps.operations

    def steps(self, order: tf.Tensor) -> int:
        """Return how many of an epoch's steps are XLA's."""
        return (len(order) - 1) // self._batch

    def __call__(self, *given: Any) -> Any:
        """Take the steps that `Program.run` takes, from the same arguments to the same answer."""
        x, y, weights, order, first, last, _, *sums = given
        visited = tf.pad(order, ((0, len(y) - len(order)),)) if len(order) < len(y) else order
        arguments = x, y, weights, visited, first, last, *sums
        if self._steps is None:
            signature = [tf.TensorSpec(argument.shape, argument.dtype) for argument in arguments]
            self._steps = Traced(self._run, signature, jit_compile=True)
        try:
            return self._steps(*arguments)
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            why = str(error.message).strip().partition("\n")[0]
            raise Unsupported(f"XLA cannot compile this training ({why}); {CURE}.") from error

    def _run(self, *given: Any) -> tuple[Any, ...]:
        (x, y, weights, order, first, last), sums = given[:6], given[6:]

        def step(at: Any, *so_far: Any) -> tuple[Any, ...]:
            chosen = tf.slice(order, (at * self._batch,), (self._batch,))
            return at + 1, *self._step(x, y, weights, chosen, so_far)

        with hashed():
            _, *sums = tf.while_loop(lambda at, *_: at < last, step, (first, *sums), parallel_iterations=1)
        return *sums, self._is_finite(sums[0])
