"""Mixed precision (Micikevicius 2018): layers compute in 16 bits, weights and what is added up stay float32."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

FIRST_SCALE, PATIENCE = 2.0**15, 2000  # as in Keras's LossScaleOptimizer


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Make layers that are built inside the block compute in `precision`: float32, mixed_float16, mixed_bfloat16."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Unscaled:
    """No loss scale: float32 and bfloat16 have room enough for small gradients."""

    variables: tuple[tf.Variable, ...] = ()

    def reset(self) -> None:
        """Begin a training."""

    def scaled(self, loss: Any) -> Any:
        """Return the loss to differentiate."""
        return loss

    def unscaled(self, gradients: list[Any]) -> list[Any]:
        """Return the gradients of the loss itself."""
        return gradients

    def applied(self, norm: Any, apply: Callable[[], None]) -> Any:
        """Take the step that `apply` takes; return `norm`, that of its gradients."""
        apply()
        return norm


class LossScale(Unscaled):
    """A factor that lifts small gradients into float16's range (Micikevicius 2018, section 3.2).

    A step whose gradients overflow is left out and halves the factor, down to 1, where it is taken: such a training
    diverges. After PATIENCE steps without one it doubles.
    """

    def __init__(self) -> None:
        self.scale = tf.Variable(FIRST_SCALE, dtype="float32", trainable=False, name="loss_scale")
        self.good_steps = tf.Variable(0, dtype="int32", trainable=False, name="good_steps")
        self.variables = self.scale, self.good_steps

    def reset(self) -> None:
        """Begin a training."""
        self.scale.assign(FIRST_SCALE)
        self.good_steps.assign(0)

    def scaled(self, loss: Any) -> Any:
        """Return the loss to differentiate."""
        return loss * self.scale

    def unscaled(self, gradients: list[Any]) -> list[Any]:
        """Return the gradients of the loss itself."""
        shrink = 1 / self.scale
        return [gradient * shrink for gradient in gradients]

    def applied(self, norm: Any, apply: Callable[[], None]) -> Any:
        """Take the step that `apply` takes unless its gradients' `norm` is not finite; return it, 0 when left out."""
        is_finite = tf.math.is_finite(norm)
        is_taken = is_finite | (self.scale <= 1)

        def take() -> Any:
            apply()
            return norm

        counted = tf.cond(is_taken, take, lambda: tf.zeros_like(norm))
        good = tf.where(is_finite, self.good_steps + 1, 0)
        doubled = tf.where(good >= PATIENCE, 2 * self.scale, self.scale)
        self.scale.assign(tf.where(is_finite, doubled, tf.maximum(self.scale / 2, 1.0)))
        self.good_steps.assign(tf.where(good >= PATIENCE, 0, good))
        return counted


def loss_scale(precision: str) -> Unscaled:
    """Return what a training in `precision` does about small gradients."""
    return LossScale() if precision == "mixed_float16" else Unscaled()
