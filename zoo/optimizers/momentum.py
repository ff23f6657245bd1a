"""Stochastic gradient descent with heavy-ball momentum."""

from __future__ import annotations

import keras

from zoo.optimizers._velocity import velocity
from zoo.registry import register


@register()
def momentum(learning_rate: float, weight_decay: float, *, momentum: float = 0.9) -> keras.optimizers.Optimizer:
    """Heavy-ball momentum (Polyak 1964): v = mu v - eta g, w += v.

    The learning rate is inside v, as in Keras: after a change of it, what has gathered in v keeps the old one. Decay
    acts on w before the step and never enters v. It wants some 10 times Adam's learning rate. mu is `train.momentum`,
    .9. All three are Live: inside a program they are variables.
    """
    return velocity(learning_rate, weight_decay, momentum, "heavy_ball")
