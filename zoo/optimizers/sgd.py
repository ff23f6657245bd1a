"""Stochastic gradient descent."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def sgd(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Plain gradient descent on batches (Robbins 1951): w -= eta g, after w -= eta lambda w for weight decay.

    `train.batch_size` 1 is stochastic descent row by row, one of more rows than there are is descent over all of them
    (Cauchy 1847). It wants some 100 times Adam's learning rate. Both rates are Live: variables inside a program.
    """
    return with_decay(keras.optimizers.SGD(learning_rate), weight_decay)
