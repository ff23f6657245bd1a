"""Adadelta."""

from __future__ import annotations

import keras

from zoo.optimizers._live import with_decay
from zoo.registry import register

PAPER = 1e-6  # Zeiler (2012), section 4.1


@register()
def adadelta(
    learning_rate: float, weight_decay: float, *, rho: float = 0.95, form: str = "keras"
) -> keras.optimizers.Optimizer:
    """Adadelta (Zeiler 2012, algorithm 1): steps as long as the root mean square of those before, over the gradients'.

    E[g^2] = rho E[g^2] + (1 - rho) g^2; d = -sqrt(E[d^2] + epsilon) / sqrt(E[g^2] + epsilon) g;
    E[d^2] = rho E[d^2] + (1 - rho) d^2; w += eta d. The paper has no eta: give a learning rate of 1, some 1000 times
    Adam's. `form` keras, the default, has an epsilon of 1e-7, paper of 1e-6, with which it starts some 3 times as
    fast. rho is `train.rho`, .95 in both. All three numbers are Live: inside a program they are variables.
    """
    made = keras.optimizers.Adadelta(learning_rate, rho, epsilon=PAPER if form == "paper" else 1e-7)
    return with_decay(made, weight_decay)
