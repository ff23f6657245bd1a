"""RMSprop."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def rmsprop(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """RMSprop (Hinton 2012, lecture 6e): s = rho s + (1 - rho) g^2, w -= eta g / sqrt(s + epsilon), with rho .9.

    epsilon is Keras's 1e-7, inside the root, and s starts at 0 without correction, so the first steps are up to 3.2
    times as long as later ones. Both rates are Live: inside a program they are variables.
    """
    return with_decay(keras.optimizers.RMSprop(learning_rate, rho=0.9), weight_decay)
