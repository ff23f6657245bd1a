"""The multiply-accumulates of a network's kernels, and what of them each class of channels takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.compression._marking import Marked, Trace

if TYPE_CHECKING:
    import keras

OF_INPUTS = ("Dense", "LSTM", "GRU", "SimpleRNN", "Bidirectional")  # used at each place, or step, that they read


@dataclass(frozen=True)
class Kernel:
    """A weight that multiplies: `times` a row each of its numbers; `axes` are those that belong to channels.

    `rest` counts the numbers for one entry of each of these axes.
    """

    times: int
    rest: int
    axes: tuple[np.ndarray, ...]

    def macs(self, left: np.ndarray | None = None) -> int:
        """Return the multiply-accumulates for one row, of the channels that are `left`, by number; None is all."""
        counts = (len(axis) if left is None else int(left[axis].sum()) for axis in self.axes)
        return self.times * self.rest * math.prod(counts)


def kernels(network: keras.Model, trace: Trace) -> list[Kernel]:
    """Return the kernels of a functional network, traced: those of dense, convolutional and recurrent layers."""
    found = []
    for layer in network.layers:
        marked, times = trace.layers.get(layer.name, Marked()), _times(network, layer)
        for place, weight in enumerate(layer.weights):
            if weight.name.endswith("kernel"):
                axes = {axis.axis % len(weight.shape): axis.channels for axis in marked.axes if axis.weight == place}
                rest = math.prod(size for axis, size in enumerate(weight.shape) if axis not in axes)
                found.append(Kernel(times, rest, tuple(axes.values())))
    return found


def macs(found: Sequence[Kernel], left: np.ndarray | None = None) -> int:
    """Return the multiply-accumulates for one row, as `Kernel.macs` does."""
    return sum(kernel.macs(left) for kernel in found)


def costs(found: Sequence[Kernel], trace: Trace) -> np.ndarray:
    """Return how many multiply-accumulates go with a class of channels while the others stay, (classes,)."""
    total = np.zeros(len(trace.held))
    for kernel in found:
        for axis in kernel.axes:
            each = kernel.macs() / len(axis)
            total += each * np.bincount(trace.classes[axis], minlength=len(trace.held))
    return total


def _times(network: keras.Model, layer: Any) -> int:
    """Return how often a row uses a number of the layer's kernels, where it is used several times in all of them."""
    nodes = [node for nodes in network._nodes_by_depth.values() for node in nodes if node.operation is layer]
    return sum(_positions(layer, node) for node in nodes)


def _positions(layer: Any, node: Any) -> int:
    kind = type(layer).__name__
    reads = kind in OF_INPUTS or kind.endswith("Transpose")
    shape = (node.input_tensors if reads else node.outputs)[0].shape if node.input_tensors else ()
    return math.prod(size or 1 for size in shape[1:-1])
