"""Low rank: a wide dense layer becomes two narrow ones, whose product is near its kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import keras
import numpy as np

from zoo.compression._continued import continued
from zoo.compression._surgery import cloned, unbuilt
from zoo.registry import register
from zoo.space import Choice, Float, Int
from zoo.trained import Trained, with_network
from zoo.training.refining import refine

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.workspace import Workspace


class Factors(NamedTuple):
    """Two matrices, (inputs, rank) and (rank, units), to be multiplied."""

    first: np.ndarray
    second: np.ndarray


@register(reshapes=True)
def low_rank(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    kept: Annotated[float, Float(0.01, 1.0, search=(0.6, 0.99))] = 0.9,
    by: Annotated[str, Choice("energy", "share", search=())] = "energy",
    epochs: Annotated[int, Int(0, 1000, search=())] = 10,
) -> Trained:
    """Write the kernel of each dense layer as a product of two matrices, and train them on for `epochs`.

    The product is the nearest one of its rank (Eckart 1936), from the singular values. The rank is the least that has
    the share `kept` of their squares, by "energy", or that share of all of them. A layer of which the two matrices
    would hold no fewer numbers stays as it is; where all do, so does the model. Training with `epochs` 0 is left out.
    """
    network = trained.network()
    factors = {layer.name: factorised(layer.get_weights()[0], kept, by) for layer in network.layers if _is_dense(layer)}
    smaller = {name: found for name, found in factors.items() if _saves(found)}
    if not smaller:
        return trained
    network = with_factors(network, smaller)
    if epochs:
        trained = continued(trained, network, refine(network, trained, splits, workspace, {"epochs": epochs}))
    return with_network(trained, network)


def factorised(kernel: np.ndarray, kept: float, by: str = "energy") -> Factors:
    """Return the factors of a kernel (inputs, units) that keep so much of it; both take the same part of its size."""
    left, values, right = np.linalg.svd(kernel.astype(np.float64), full_matrices=False)
    energy = np.cumsum(np.square(values))
    by_energy = int(np.searchsorted(energy, kept * energy[-1] * (1 - 1e-12))) + 1
    rank = by_energy if by == "energy" else max(1, round(kept * len(values)))
    root = np.sqrt(values[:rank])
    return Factors(left[:, :rank] * root, root[:, None] * right[:rank])


def with_factors(network: keras.Model, factors: dict[str, Factors]) -> keras.Model:
    """Return a functional network with two dense layers in the place of each one that is named in `factors`.

    The first, without bias or activation, is new; the second keeps name, bias and activation.
    """
    taken = {operation.name for operation in network.operations}
    fronts = {name: _front(name, found, taken) for name, found in factors.items()}

    def call(layer: Any, *given: Any, **named: Any) -> Any:
        front = fronts.get(layer.name)
        return layer(*given, **named) if front is None else layer(front(given[0]), *given[1:], **named)

    found = cloned(network, lambda layer: type(layer).from_config(unbuilt(layer.get_config())), call)
    for layer in network.layers:
        weights = layer.get_weights()
        if layer.name in factors:
            fronts[layer.name].set_weights([factors[layer.name].first])
            weights[0] = factors[layer.name].second
        found.get_layer(layer.name).set_weights(weights)
    return found


def _front(name: str, factors: Factors, taken: set[str]) -> keras.layers.Dense:
    """Return the layer that stands before the dense one of that `name`; its own is not among those `taken`."""
    own = f"{name}_factor"
    while own in taken:
        own += "_factor"
    taken.add(own)
    return keras.layers.Dense(factors.first.shape[1], use_bias=False, name=own)


def _is_dense(layer: keras.Layer) -> bool:
    return type(layer) is keras.layers.Dense


def _saves(factors: Factors) -> bool:
    inputs, units = factors.first.shape[0], factors.second.shape[1]
    return factors.first.size + factors.second.size < inputs * units
