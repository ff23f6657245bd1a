"""RMSprop."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.optimizers._papers import DIVISOR, RMSprop
from zoo.registry import register


@register()
def rmsprop(
    learning_rate: float, weight_decay: float, *, rho: float = 0.9, form: str = "keras"
) -> keras.optimizers.Optimizer:
    """RMSprop (Hinton 2012, lecture 6e): s = rho s + (1 - rho) g^2, w -= eta g / sqrt(s + epsilon), with rho .9.

    `form` keras, the default, has epsilon 1e-7 inside the root; the lecture has none, so that of paper is only there
    to divide by no zero: 1e-8, outside. s starts at 0 without correction, so the first steps are up to 3.2 times as
    long as later ones. rho is `train.rho`. All three numbers are Live: inside a program they are variables.
    """
    if form == "paper":
        return with_decay(RMSprop(learning_rate, rho, epsilon=DIVISOR), weight_decay)
    return with_decay(keras.optimizers.RMSprop(learning_rate, rho), weight_decay)
