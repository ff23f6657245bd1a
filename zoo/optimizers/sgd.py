"""Stochastic gradient descent."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def sgd(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Plain gradient descent on batches (Robbins 1951): w -= eta g, after w -= eta lambda w for weight decay.

    It wants some 100 times Adam's learning rate. Both rates are Live: inside a program they are variables.
    """
    return with_decay(keras.optimizers.SGD(learning_rate), weight_decay)
