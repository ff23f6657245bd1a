"""The learning rate of each step, where a schedule changes it: worked out beforehand, read inside the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Rates:
    """What the optimizer's learning rate is multiplied by, step by step of an epoch.

    All schedules share one program: it reads numbers that come from outside. The rate itself stays as it was set, for
    whoever sets it in between.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer) -> None:
        self._optimizer = optimizer
        self._multipliers = tf.Variable(np.ones(1, "float32"), trainable=False, shape=(None,), name="multipliers")
        self._at = tf.Variable(0, trainable=False, name="step_of_the_epoch")

    def reset(self) -> None:
        """Begin a training, whose rate is constant until told otherwise."""
        self.begin(np.ones(1), 0)

    def begin(self, multipliers: np.ndarray, step: int) -> None:
        """Go on with `step` of an epoch, counted from 0, whose steps have these multipliers."""
        self._multipliers.assign(multipliers.astype("float32"))
        self._at.assign(step)

    def scaling(self, take: Callable[[], Any]) -> Any:
        """Return what `take` returns, called with this step's rate; steps that it leaves out are counted too."""
        rate = self._optimizer.learning_rate.value
        base = tf.identity(rate)
        numbers = self._multipliers.read_value()
        multiplier = tf.gather(numbers, tf.minimum(self._at, tf.size(numbers) - 1))
        rate.assign(base * multiplier)
        if hasattr(self._optimizer, "multiplier"):  # of a decay that the rate does not scale
            self._optimizer.multiplier.assign(multiplier)
        taken = take()
        rate.assign(base)
        self._at.assign_add(1)
        return taken
