"""Magnitude pruning: the smallest weights become 0; the model computes as before, and packs into fewer bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import keras
import numpy as np

from zoo.compression._continued import continued
from zoo.compression._masked import masked
from zoo.registry import register
from zoo.space import Choice, Float, Int
from zoo.trained import Trained, with_network
from zoo.training.refining import refine

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.workspace import Workspace


@register()
def sparse(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    sparsity: Annotated[float, Float(0.0, 0.99, search=(0.5, 0.95))] = 0.8,
    scope: Annotated[str, Choice("global", "layer", search=())] = "global",
    rounds: Annotated[int, Int(1, 20, search=())] = 3,
    epochs: Annotated[int, Int(0, 1000, search=())] = 5,
) -> Trained:
    """Make the share `sparsity` of all kernels' weights 0, the smallest ones, and train the others on (Han 2015).

    Kernels are weights of two dimensions and more. Of `scope` "global" the smallest of all kernels go, of "layer" the
    smallest of each. It is done in `rounds` of `epochs`: after round r of n the share s (1 - (1 - r/n)^3) is 0 (Zhu
    2017, equation 1), and stays so. Training with `epochs` 0 is left out. The exported file has as many bytes as
    before and takes as long: what shrinks is what gzip makes of it, which an export tells as `gzip_bytes`.
    """
    network = trained.network()
    kernels = [variable for variable in network.trainable_variables if len(variable.shape) > 1]
    for done in range(1, rounds + 1):
        masks = _masks(kernels, sparsity * (1 - (1 - done / rounds) ** 3), scope)
        if epochs:
            refined = refine(masked(network, kernels, masks), trained, splits, workspace, {"epochs": epochs})
            trained = continued(trained, network, refined)
        for kernel, mask in zip(kernels, masks, strict=True):
            kernel.assign(kernel.numpy() * mask)
    return with_network(trained, network)


def _masks(kernels: Sequence[keras.Variable], share: float, scope: str) -> list[np.ndarray]:
    """Return 0 for the `share` of the smallest numbers of all kernels, or of each, and 1 for the others."""
    sizes = [np.abs(kernel.numpy()) for kernel in kernels]
    if scope == "layer":
        return [_mask(size, share) for size in sizes]
    together = _mask(np.concatenate([size.ravel() for size in sizes]), share)
    parts = np.split(together, np.cumsum([size.size for size in sizes])[:-1])
    return [part.reshape(size.shape) for part, size in zip(parts, sizes, strict=True)]


def _mask(sizes: np.ndarray, share: float) -> np.ndarray:
    """Return a mask of the shape of `sizes`; of equal ones the first go first, so that the share is exact."""
    mask = np.ones(sizes.size, "float32")
    mask[np.argsort(sizes, axis=None, kind="stable")[: round(share * sizes.size)]] = 0.0
    return mask.reshape(sizes.shape)
