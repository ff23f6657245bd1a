"""Stochastic gradient descent with momentum that averages gradients."""

from __future__ import annotations

import keras

from zoo.optimizers._velocity import velocity
from zoo.registry import register


@register()
def momentum_average(learning_rate: float, weight_decay: float, *, momentum: float = 0.9) -> keras.optimizers.Optimizer:
    """Momentum that averages gradients: v = mu v + (1 - mu) g, w -= eta v; Adam's first moment, uncorrected.

    A step is as long as one of plain descent, 1 - mu of `momentum_gradient`'s, so it wants some 100 times Adam's
    learning rate. mu is `train.momentum`, .9. All three are Live: inside a program they are variables.
    """
    return velocity(learning_rate, weight_decay, momentum, "average")
