"""AdamW."""

from __future__ import annotations

import keras

from zoo.live import live
from zoo.optimizers._adam import adam_of
from zoo.optimizers._papers import DIVISOR, AdamW
from zoo.registry import register


@register()
def adamw(
    learning_rate: float, weight_decay: float, *, beta_1: float = 0.9, beta_2: float = 0.999, form: str = "keras"
) -> keras.optimizers.Optimizer:
    """AdamW (Loshchilov 2019): Adam whose decay never enters the moments.

    `form` keras, the default, is `keras.optimizers.AdamW`, which `adam` is here too: every weight shrinks by learning
    rate times decay of itself. paper is algorithm 2 as printed: by the schedule's multiplier times decay, whatever the
    learning rate, so it wants some 1000 times less decay; and epsilon 1e-8 outside the corrected root. All four
    numbers are Live: inside a program they are variables.
    """
    if form != "paper":
        return adam_of(learning_rate, weight_decay, beta_1, beta_2, form)
    decay = live("weight_decay", weight_decay)
    return AdamW(learning_rate, decay, beta_1=beta_1, beta_2=beta_2, epsilon=DIVISOR)
