"""A trained model as a value: the recipe and NumPy weights; its Keras model is made on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.arrays import BROKEN
from zoo.builders import build
from zoo.durable import whole_file
from zoo.errors import BadData
from zoo.lazy import CHUNK
from zoo.portions import in_portions
from zoo.recipe import Recipe
from zoo.task import Task

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Trained:
    """What training left; nothing that happens to the program it came from can change it.

    `weights` are in the order of `keras.Model.weights`; `history` holds one mapping of metrics an epoch; `epoch` is
    the epoch, counted from 1, that the weights come from. `timed_out` says that a time limit ended the training,
    which would have gone on.
    """

    recipe: Recipe
    task: Task
    weights: tuple[np.ndarray, ...]
    history: tuple[Mapping[str, float], ...] = ()
    epoch: int = 0
    timed_out: bool = False

    @property
    def parameters(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(weight.size for weight in self.weights)

    def at_best(self, part: str) -> dict[str, float]:
        """Return those metrics of the epoch kept that are called `part/...`, such as `val/accuracy`."""
        return {name: value for name, value in self.history[self.epoch - 1].items() if name.startswith(f"{part}/")}

    def model(self) -> keras.Model:
        """Build a stock Keras model with these weights, untrained without: prepared rows in, answers out.

        These are class probabilities, or quantities (rows, 1), in standard deviations from the mean of the training
        rows' target.
        """
        import keras

        network = build(self.recipe.builder, self.task, **self.recipe.model)
        if self.weights:
            network.set_weights(self.weights)
        if self.task.kind == "regression":
            return network
        probabilities = keras.layers.Softmax(name="probabilities", dtype="float32")(network.output)
        return keras.Model(network.input, probabilities, name=self.recipe.builder)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs), as `model` gives them."""
        model = self.model()
        return in_portions(lambda rows: model.predict(rows, batch_size=CHUNK, verbose=0), x)


def save_weights(trained: Trained, path: Path) -> None:
    """Write the weights to an `.npz`, whole and on disk when this returns."""
    with whole_file(path) as file:
        np.savez(file, *trained.weights)


def load_weights(trained: Trained, path: Path) -> Trained:
    """Return `trained` with the weights in `path`; raise BadData when they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            weights = tuple(stored[f"arr_{index}"] for index in range(len(stored.files)))
    except (*BROKEN, KeyError) as error:
        raise BadData(f"the weights in {path} cannot be read ({error}); train the recipe again.") from error
    return replace(trained, weights=weights)
