"""Stochastic depth: residual branches that are left out at random in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from zoo.builders._blocks import ROW, LiveDropout


@dataclass(frozen=True)
class StochasticDepth:
    """Adds residual branches, and leaves some out in training, the later ones more often (Huang 2016, equation 4).

    Of `blocks` the last one's branch goes with the probability `rate`, block l's with l / blocks of it. A row's branch
    goes or stays by itself, and what stays is divided by the probability to stay, so nothing is left at inference;
    Huang lets whole batches go and multiplies at inference: the mean is the same. `draws` are the random numbers
    where the rate is a variable.
    """

    rate: Any
    blocks: int
    draws: Any = None

    @classmethod
    def of(cls, rate: Any, blocks: int) -> StochasticDepth:
        """Return it for a number, or for the variable of a compiled program."""
        return cls(rate, blocks, None if isinstance(rate, (int, float)) else keras.random.SeedGenerator(0))

    def added(self, branch: Any, shortcut: Any, block: int) -> Any:
        """Return the sum of two tensors (rows, height, width, channels), of a block counted from 1."""
        if self.draws is not None or self.rate:
            # Keras sorts weights by their layer's distance from the end, which must stay alike on both sides
            branch, shortcut = self._skipped(branch, block / self.blocks), keras.layers.Identity()(shortcut)
        return keras.layers.Add()([branch, shortcut])

    def _skipped(self, branch: Any, share: float) -> Any:
        rate = self.rate
        if self.draws is None:
            return keras.layers.Dropout(rate * share, noise_shape=(None, 1, 1, 1))(branch)
        return LiveDropout(lambda: rate * share, ROW, draws=self.draws)(branch)
