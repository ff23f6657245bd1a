"""What all optimizers share: a weight decay that a compiled program can change."""

from __future__ import annotations

import keras

from zoo.live import live


def with_decay(optimizer: keras.optimizers.Optimizer, weight_decay: float) -> keras.optimizers.Optimizer:
    """Return `optimizer` with a Live weight decay: inside a program it is a variable, as the learning rate always is.

    The decay is decoupled from the gradient (Loshchilov 2019): every weight, biases too, shrinks by learning_rate
    times weight_decay of itself before each step.
    """
    optimizer.weight_decay = live("weight_decay", weight_decay)
    return optimizer
