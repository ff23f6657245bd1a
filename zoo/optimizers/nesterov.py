"""Stochastic gradient descent with Nesterov's momentum."""

from __future__ import annotations

import keras

from zoo.optimizers._velocity import velocity
from zoo.registry import register


@register()
def nesterov(learning_rate: float, weight_decay: float, *, momentum: float = 0.9) -> keras.optimizers.Optimizer:
    """Nesterov's momentum (Nesterov 1983, Sutskever 2013): v = mu v - eta g, w += mu v - eta g.

    The weights w kept here, as in Keras, are the paper's point of looking ahead, theta + mu v, at which its gradient
    is taken (Bengio 2013, section 3.5): the course is the same. mu is `train.momentum`, .9. It wants some 10 times
    Adam's learning rate. All three are Live: inside a program they are variables.
    """
    return velocity(learning_rate, weight_decay, momentum, "nesterov")
