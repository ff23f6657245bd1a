"""Adam with decoupled weight decay."""

from __future__ import annotations

import keras

from zoo.live import live
from zoo.registry import register


@register()
def adam(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Adam (Kingma 2014) with the decay decoupled from the gradient (Loshchilov 2019, algorithm 2).

    The moments are Keras's: beta_1 .9, beta_2 .999, epsilon 1e-7 outside the root. Both rates are Live: inside a
    program they are variables. Every weight decays, biases too, as in the paper and in Keras.
    """
    optimizer = keras.optimizers.AdamW(learning_rate=1.0, weight_decay=1.0)
    optimizer.learning_rate.assign(learning_rate)
    optimizer.weight_decay = live("weight_decay", weight_decay)
    return optimizer
