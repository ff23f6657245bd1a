"""Stochastic gradient descent with momentum."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def momentum(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Heavy-ball momentum (Polyak 1964): v = mu v - eta g, w += v, with mu .9.

    The learning rate is inside v, as in Keras: after a change of it, what has gathered in v keeps the old one. Decay
    acts on w before the step and never enters v. It wants some 10 times Adam's learning rate. Both rates are Live:
    inside a program they are variables.
    """
    return with_decay(keras.optimizers.SGD(learning_rate, momentum=0.9), weight_decay)
