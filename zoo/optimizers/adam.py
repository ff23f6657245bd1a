"""Adam with decoupled weight decay."""

from __future__ import annotations

import keras

from zoo.optimizers._adam import adam_of
from zoo.registry import register


@register()
def adam(
    learning_rate: float, weight_decay: float, *, beta_1: float = 0.9, beta_2: float = 0.999, form: str = "keras"
) -> keras.optimizers.Optimizer:
    """Adam (Kingma 2014) with the decay decoupled from the gradient, scaled by the learning rate as Keras's AdamW does.

    `form` keras, the default, has epsilon 1e-7 outside the root and before the correction (Kingma, end of section 2);
    paper has Kingma's algorithm 1: 1e-8, outside the corrected root. beta_1 .9 and beta_2 .999 are those of both. With
    a weight decay of 0 it is Adam itself. Every weight decays, biases too, as in Keras. All four numbers are Live:
    inside a program they are variables.
    """
    return adam_of(learning_rate, weight_decay, beta_1, beta_2, form)
