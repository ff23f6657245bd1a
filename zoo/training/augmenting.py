"""What stands before the model in training only: the recipe's augmentations, and the loss of rows that they mix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, NamedTuple

import tensorflow as tf

from zoo.augmentations._affine import Moving, moved
from zoo.augmentations._layer import Mixing


class Mixed(NamedTuple):
    """Whose answers rows carry beside their own: places in the batch (rows,), and their own share (rows,)."""

    partners: Any
    shares: Any


def augmented(layers: Iterable[Any], x: Any) -> tuple[Any, Mixed | None]:
    """Return a batch as `layers` change it in training, and how its rows were mixed: None where none mixes.

    Layers side by side that move images do it at once.
    """
    mixed = None
    for kind, alike in groupby(layers, lambda layer: next((k for k in (Moving, Mixing) if isinstance(layer, k)), None)):
        if kind is Moving:
            x = moved(list(alike), x)
            continue
        for layer in alike:
            x = layer(x, training=True)
            if kind is Mixing:
                x, mixed = x[0], Mixed(*x[1:])
    return x, mixed


def weighted_losses(loss: Callable[..., Any], targets: tuple[Any, Any], logits: Any, mixed: Mixed | None) -> Any:
    """Return each row's weighted loss (rows,), and how many answers were right; `targets` are answers and weights.

    The loss of a mixed row is mixed as the row is (Zhang 2018, section 2): cross entropy is linear in the answer.
    """
    y, weights = targets
    losses, right = loss(y, logits)
    losses *= weights
    if mixed is None:
        return losses, right
    others, _ = loss(tf.gather(y, mixed.partners), logits)
    others *= tf.gather(weights, mixed.partners)
    return mixed.shares * losses + (1 - mixed.shares) * others, right
