"""Stochastic gradient descent with momentum that sums gradients."""

from __future__ import annotations

import keras

from zoo.optimizers._velocity import velocity
from zoo.registry import register


@register()
def momentum_gradient(
    learning_rate: float, weight_decay: float, *, momentum: float = 0.9
) -> keras.optimizers.Optimizer:
    """Momentum that sums gradients (Sutskever 2013's as PyTorch has it): v = mu v + g, w -= eta v.

    It equals heavy-ball `momentum` until the learning rate changes: the new rate then holds for all that v has
    gathered. mu is `train.momentum`, .9. It wants some 10 times Adam's learning rate. All three are Live.
    """
    return velocity(learning_rate, weight_decay, momentum, "gradient")
