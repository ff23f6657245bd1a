"""Adam with decoupled weight decay."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def adam(learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Adam (Kingma 2014) with the decay decoupled from the gradient (Loshchilov 2019, algorithm 2).

    The moments are Keras's: beta_1 .9, beta_2 .999, epsilon 1e-7 outside the root and before the correction (Kingma,
    end of section 2). Both rates are Live: inside a program they are variables. Every weight decays, biases too, as in
    the paper and in Keras.
    """
    return with_decay(keras.optimizers.AdamW(learning_rate, weight_decay=weight_decay), weight_decay)
