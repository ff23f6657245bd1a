"""Adam in Keras's form and in that of its paper, for `adam` and `adamw`."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.optimizers._papers import DIVISOR, Adam


def adam_of(
    learning_rate: float, weight_decay: float, beta_1: float, beta_2: float, form: str
) -> keras.optimizers.Optimizer:
    """Return Adam with a decay that is decoupled from the gradient and scaled by the learning rate."""
    if form == "paper":
        return with_decay(Adam(learning_rate, beta_1, beta_2, epsilon=DIVISOR), weight_decay)
    return with_decay(keras.optimizers.AdamW(learning_rate, weight_decay, beta_1, beta_2), weight_decay)
