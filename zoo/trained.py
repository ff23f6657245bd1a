"""A trained model as a value: the recipe and NumPy weights; its Keras model is made on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.builders import build
from zoo.durable import whole_file
from zoo.errors import BadData, Unsupported
from zoo.lazy import CHUNK
from zoo.portions import in_portions
from zoo.raw.arrays import BROKEN
from zoo.recipe import OWN_MODEL, Recipe
from zoo.renaming import renamed
from zoo.starts import without_starts
from zoo.task import Task

if TYPE_CHECKING:
    import keras

CONFIG = "config"  # in a file of weights: the structure, as JSON


@dataclass(frozen=True)
class Trained:
    """What training left; nothing that happens to the program it came from can change it.

    `weights` are in the order of `keras.Model.weights`; `history` holds one mapping of metrics an epoch; `epoch` is
    the epoch, counted from 1, that the weights come from. `timed_out` says that a time limit ended the training,
    which would have gone on. `config` is the structure of the network where compression has changed it, as Keras
    writes it to JSON; None is what the recipe's builder builds. `before` is the model as it was before the first step
    of a compression, while that runs; it is not stored.
    """

    recipe: Recipe
    task: Task
    weights: tuple[np.ndarray, ...]
    history: tuple[Mapping[str, float], ...] = ()
    epoch: int = 0
    timed_out: bool = False
    config: Mapping[str, Any] | None = None
    before: Trained | None = None

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
        if self.recipe.builder == OWN_MODEL:
            return self._own_model()
        import keras

        network = self.network()
        if self.task.kind == "regression":
            return network
        probabilities = keras.layers.Softmax(name="probabilities", dtype="float32")(network.output)
        return keras.Model(network.input, probabilities, name=self.recipe.builder)

    def network(self) -> keras.Model:
        """Build the part of the model that learns: prepared rows in, scores (rows, outputs) out.

        These are logits of classes, or quantities. Raises Unsupported for a model that its user builds.
        """
        if self.recipe.builder == OWN_MODEL:
            raise Unsupported("a model of your own is not taken apart; compress one that a builder of the zoo makes.")
        network = self._structure()
        if self.weights:
            network.set_weights(self.weights)
        return network

    def _structure(self) -> keras.Model:
        if self.config is None:
            with without_starts():  # its weights are set next
                return build(self.recipe.builder, self.task, **self.recipe.model)
        import keras

        return keras.models.model_from_json(json.dumps(self.config))

    def _own_model(self) -> keras.Model:
        from zoo.hypermodels.building import made

        own = made(self.recipe, self.task)
        if self.weights:
            own.network.set_weights(self.weights)
        return own.answers()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs), as `model` gives them."""
        model = self.model()
        return in_portions(lambda rows: model.predict(rows, batch_size=CHUNK, verbose=0), x)


def with_network(trained: Trained, network: keras.Model) -> Trained:
    """Return `trained` with the structure and the weights of `network`: prepared rows in, scores (rows, outputs) out.

    Raises Unsupported for a layer that is not Keras's own: files are read where the zoo is not installed.
    """
    for layer in network._flatten_layers(include_self=False):
        if not type(layer).__module__.startswith("keras.") or type(layer).__name__ == "Lambda":
            raise Unsupported(
                f"the layer {layer.name} is a {type(layer).__name__}, which is not one of Keras's own; take it out."
            )
    weights = tuple(weight.numpy().copy() for weight in network.weights)
    return replace(trained, weights=weights, config=renamed(json.loads(network.to_json())))


def save_weights(trained: Trained, path: Path) -> None:
    """Write the weights, and a structure that compression changed, to an `.npz`: whole and on disk at the end."""
    config = {} if trained.config is None else {CONFIG: np.frombuffer(json.dumps(trained.config).encode(), "uint8")}
    with whole_file(path) as file:
        np.savez(file, *trained.weights, **config)


def load_weights(trained: Trained, path: Path) -> Trained:
    """Return `trained` with the weights, and a structure, in `path`; raise BadData when they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            weights = tuple(stored[f"arr_{index}"] for index in range(len(stored.files) - (CONFIG in stored.files)))
            config = json.loads(stored[CONFIG].tobytes()) if CONFIG in stored.files else trained.config
    except (*BROKEN, KeyError) as error:
        raise BadData(f"the weights in {path} cannot be read ({error}); train the recipe again.") from error
    return replace(trained, weights=weights, config=config)
