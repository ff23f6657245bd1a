"""A trained model after more training: its weights, and the learning curve from the first epoch on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from zoo.trained import Trained
    from zoo.training.refining import Refined


def continued(trained: Trained, network: keras.Model, refined: Refined) -> Trained:
    """Return `trained` with the weights of `network`, whose structure it has, and the refined epochs after its own."""
    weights = tuple(weight.numpy().copy() for weight in network.weights)
    history, epoch = (*trained.history, *refined.history), len(trained.history) + refined.epoch
    return replace(trained, weights=weights, history=history, epoch=epoch)
