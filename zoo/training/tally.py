"""What a training adds up from call to call of its program, and how long a call may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from zoo.training.judging import Sums

SLICE_SECONDS = 0.5  # a call into the program cannot be interrupted, so none lasts much longer


@dataclass
class Pace:
    """How many steps fit into one call of about `SLICE_SECONDS`, learned from the last call."""

    steps: int = 1  # of a large model a single one may take longer than a call should
    batch: int = 0  # rows a step; 0 before the first one

    def of(self, batch: int) -> Pace:
        """Return the pace of steps of `batch` rows: a new one unless these are what it has learned from."""
        if self.batch not in (0, batch):
            return Pace(batch=batch)
        self.batch = batch
        return self

    def learn(self, seconds: float) -> None:
        """Take in how long the last call of `steps` took; at most eight times as many go into the next."""
        self.steps = max(1, min(8 * self.steps, int(self.steps * SLICE_SECONDS / max(seconds, 1e-6))))


class Tally(NamedTuple):
    """Sums over the rows of an epoch so far, handed from call to call: its bits do not depend on where calls end."""

    loss: tf.Tensor  # float64 scalar
    correct: tf.Tensor  # int32 scalar; 0 where quantities are learned
    gradient_norm: tf.Tensor  # float64 scalar, summed over the steps: the global norm before clipping
    update_ratio: tf.Tensor  # float32 scalar: how long the last step was, over the length of the weights before it

    @classmethod
    def zero(cls) -> Tally:
        """Return the tally before the first row."""
        return cls(tf.constant(0.0, "float64"), tf.constant(0), tf.constant(0.0, "float64"), tf.constant(0.0))


class Judged(NamedTuple):
    """What a model's answers are worth, which of its units answer at all, and how many are near their limits.

    `alive` is (units that can be dead,); `saturated` is the share of bounded answers within 1 % of a limit, None where
    none is bounded.
    """

    sums: Sums
    alive: np.ndarray
    saturated: float | None
