"""Adagrad."""

from __future__ import annotations

import keras

from zoo.optimizers import _papers
from zoo.optimizers._live import with_decay
from zoo.registry import register


@register()
def adagrad(learning_rate: float, weight_decay: float, *, form: str = "keras") -> keras.optimizers.Optimizer:
    """Adagrad (Duchi 2011): G += g^2 for each weight by itself, w -= eta g / (sqrt(G) + epsilon).

    `form` paper is this, from G = 0 and with an epsilon of 1e-8; keras, the default, has sqrt(G + 1e-7), from G = .1,
    which keeps the first steps short. Its rate only falls, so it wants some 10 to 100 times Adam's learning rate. Both
    rates are Live: inside a program they are variables.
    """
    if form == "paper":
        made = _papers.Adagrad(learning_rate, initial_accumulator_value=0.0, epsilon=_papers.DIVISOR)
        return with_decay(made, weight_decay)
    return with_decay(keras.optimizers.Adagrad(learning_rate), weight_decay)
