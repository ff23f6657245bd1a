"""Weights beside those that are trained: their moving average, and the slow ones that Lookahead goes ahead of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import keras
import tensorflow as tf

from zoo.live import live
from zoo.recipe import TrainConfig
from zoo.training.extras import asked
from zoo.training.loss import projected
from zoo.training.updating import Update


class Follower(Protocol):
    """Weights that follow those that are trained; they are what is judged and kept."""

    variables: list[tf.Variable]

    def follow(self, step: Any) -> None:
        """Move after the optimizer's `step`, counted from 1."""


class Average:
    """The exponential moving average of the weights (Polyak 1992): a = m a + (1 - m) w, from the first step's w.

    It starts as Keras's `use_ema` does, without any trace of the start values. What batch norm averages by itself
    stays that of the trained weights.
    """

    def __init__(self, trained: Sequence[keras.Variable], momentum: Any) -> None:
        self._trained, self._momentum, self.variables = trained, momentum, _copies(trained)

    def follow(self, step: Any) -> None:
        """Take in the weights after the optimizer's `step`, counted from 1."""
        momentum = tf.where(step > 1, tf.convert_to_tensor(self._momentum), 0.0)
        for weight, average in zip(self._trained, self.variables, strict=True):
            average.assign(momentum * average + (1 - momentum) * weight.value)


class Slow:
    """Lookahead's slow weights (Zhang 2019, algorithm 1): after every `steps` steps s += share (w - s), and w = s."""

    def __init__(self, trained: Sequence[keras.Variable], steps: int, share: Any) -> None:
        self._trained, self._steps, self._share, self.variables = trained, steps, share, _copies(trained)

    def follow(self, step: Any) -> None:
        """Catch up after the optimizer's `step`, counted from 1, when it is one to do so at."""
        tf.cond(tf.equal(step % self._steps, 0), self._meet, lambda: tf.constant(False))

    def _meet(self) -> Any:
        for weight, slow in zip(self._trained, self.variables, strict=True):
            slow.assign_add(self._share * (weight.value - slow))
            weight.value.assign(slow)
        return tf.constant(True)


class Followers:
    """All followers that a recipe asks for, often none; the last one's weights are those to judge and to keep."""

    def __init__(self, train: TrainConfig, trained: Sequence[keras.Variable]) -> None:
        self._trained, self._all = trained, list(_followers(train, trained))
        self._most = asked(train, "max_norm")

    @property
    def variables(self) -> list[tf.Variable]:
        """Return every variable of theirs."""
        return [variable for follower in self._all for variable in follower.variables]

    def reset(self) -> None:
        """Begin a training: become the weights that are trained."""
        for follower in self._all:
            _assign(follower.variables, self._trained)

    def after(self, update: Update, optimizer: keras.optimizers.Optimizer) -> Update:
        """Return `update` with what comes after it: the bound on the weights' norms, then all followers."""
        if not self._all and self._most is None:
            return update

        def followed(gradients: Sequence[Any], variables: Sequence[keras.Variable]) -> None:
            update(gradients, variables)
            if self._most is not None:
                projected(variables, self._most)
            for follower in self._all:
                follower.follow(optimizer.iterations.value)

        return followed

    def kept(self, weights: Sequence[keras.Variable]) -> list[Any]:
        """Return of all `weights` of a model the variables to keep: a follower's where one follows."""
        if not self._all:
            return list(weights)
        places = {id(weight): place for place, weight in enumerate(self._trained)}
        return [self._all[-1].variables[places[id(one)]] if id(one) in places else one for one in weights]

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Put the weights to judge in the place of those that are trained, inside the block."""
        if not self._all:
            yield
            return
        trained = [tf.identity(weight.value) for weight in self._trained]
        _assign(self._trained, self._all[-1].variables)
        try:
            yield
        finally:
            _assign(self._trained, trained)


def _followers(train: TrainConfig, trained: Sequence[keras.Variable]) -> Iterator[Follower]:
    if train.lookahead:
        yield Slow(trained, train.lookahead, live("lookahead_share", train.lookahead_share))
    if train.ema_momentum:
        yield Average(trained, live("ema_momentum", train.ema_momentum))


def _copies(variables: Sequence[keras.Variable]) -> list[tf.Variable]:
    return [tf.Variable(variable.value, trainable=False) for variable in variables]


def _assign(variables: Sequence[Any], values: Sequence[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
