"""What stands before the model in training only: the recipe's augmentations, and the loss of rows that they mix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, NamedTuple

import tensorflow as tf

from zoo.augmentations._affine import Moving, moved
from zoo.augmentations._layer import Mixing
from zoo.training.loss import BatchLoss


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
    losses, right = _weighted(loss, *targets, logits)
    if mixed is None:
        return losses, right
    others, _ = _weighted(loss, *(tf.gather(part, mixed.partners) for part in targets), logits)
    return mixed.shares * losses + (1 - mixed.shares) * others, right


def _weighted(loss: Callable[..., Any], y: Any, weights: Any, logits: Any) -> tuple[Any, Any]:
    if isinstance(loss, BatchLoss):
        return loss.weighted(y, logits, weights)
    losses, right = loss(y, logits)
    return losses * weights, right
