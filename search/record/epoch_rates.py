"""The learning rate of each epoch, worked out from the recipe as the compiled program does, which tells none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zoo.recipe import OWN_MODEL, Recipe
from zoo.training.schedules import multipliers

RATE = "learning_rate"


def rate_of(recipe: Recipe, epoch: int, rows: int, losses: Sequence[float] = ()) -> float | None:
    """Return the mean rate of the steps of `epoch`, counted from 1; None for a user's own model, which sets its own.

    `rows` are those of a whole epoch, `losses` the validation losses of the epochs before.
    """
    if recipe.builder == OWN_MODEL:
        return None
    train = recipe.train
    if train.schedule == "constant" and not train.warm_up:
        return train.learning_rate
    steps = max(1, math.ceil(rows / train.batch_size))
    return train.learning_rate * float(multipliers(train, epoch, steps, losses).mean())
