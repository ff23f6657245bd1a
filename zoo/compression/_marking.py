"""What belongs to a network's channels: entries of weights and counts, noted layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zoo.compression._numbering import Numbering


@dataclass(frozen=True)
class Axis:
    """An axis of a weight, by its place in `layer.weights`, whose entries belong to `channels`, one to one.

    `reads` says that the weight takes these channels in to make others of them.
    """

    weight: int
    axis: int
    channels: np.ndarray
    reads: bool


@dataclass(frozen=True)
class Marked:
    """What of a layer belongs to channels: axes of its weights, and numbers in its configuration that count some."""

    axes: list[Axis] = field(default_factory=list)
    sizes: dict[tuple[str | int, ...], np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """The channels of a network: the class of each number, where those of one class leave together or not at all.

    Classes that are `held` stay. `layers` are marked by name; `writers` are the numbers that each layer brings in.
    """

    classes: np.ndarray
    held: np.ndarray
    layers: Mapping[str, Marked]
    writers: Mapping[str, np.ndarray]


class Tracing:
    """A trace that grows from the network's input to its output."""

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.layers: dict[str, Marked] = {}
        self.writers: dict[str, np.ndarray] = {}

    def mark(self, name: str, axis: Axis) -> None:
        """Note an axis of the layer `name`; where the layer is used again, its channels are those of the first time."""
        marked = self.layers.setdefault(name, Marked())
        known = next((one for one in marked.axes if (one.weight, one.axis) == (axis.weight, axis.axis)), None)
        if known is None:
            marked.axes.append(axis)
        else:
            self.numbering.unite(known.channels, axis.channels)

    def ended(self) -> Trace:
        """Return what was found."""
        return Trace(*self.numbering.classes(), self.layers, self.writers)


@dataclass(frozen=True)
class Call:
    """One use of a layer or an operation: the channels of the tensors that it is given, and what a rule says of them.

    A tensor's channels are the numbers of its last axis.
    """

    operation: Any
    node: Any
    given: list[np.ndarray]
    tracing: Tracing

    @property
    def width(self) -> int | None:
        """How many entries the last axis of the first answer has; None where that is not known."""
        shape = self.node.outputs[0].shape
        return shape[-1] if len(shape) > 1 else None

    def writes(self, count: int, *paths: tuple[str | int, ...]) -> np.ndarray:
        """Return the `count` channels that the layer makes; at each of `paths` its configuration counts them."""
        name, writers = self.operation.name, self.tracing.writers
        if name not in writers:
            writers[name] = self.tracing.numbering.fresh(count)
        for path in paths:
            self.counts(path, writers[name])
        return writers[name]

    def counts(self, path: tuple[str | int, ...], channels: np.ndarray) -> None:
        """Note that the layer's configuration holds the number of `channels` at `path`."""
        sizes = self.tracing.layers.setdefault(self.operation.name, Marked()).sizes
        if path in sizes:
            self.tracing.numbering.unite(sizes[path], channels)
        sizes.setdefault(path, channels)

    def owns(self, weight: str, axis: int, channels: np.ndarray, within: Any = None) -> None:
        """Note that entries along `axis` of the layer's `weight`, if it has one, belong to `channels`."""
        self._mark(weight, axis, channels, within, reads=False)

    def reads(self, weight: str, axis: int, channels: np.ndarray, within: Any = None) -> None:
        """Note the same of a weight that takes `channels` in; `within` is the layer inside this one that has it."""
        self._mark(weight, axis, channels, within, reads=True)

    def unite(self, one: np.ndarray, other: np.ndarray) -> None:
        """Note that these channels are one, place by place."""
        self.tracing.numbering.unite(one, other)

    def hold(self, *channels: np.ndarray) -> None:
        """Let these channels stay."""
        for some in channels:
            self.tracing.numbering.hold(some)

    def held(self, *channels: np.ndarray) -> np.ndarray:
        """Let these channels stay, and return those of the answer, which stay as well."""
        answer = self.tracing.numbering.fresh(self.width or 1)
        self.hold(answer, *channels)
        return answer

    def _mark(self, weight: str, axis: int, channels: np.ndarray, within: Any, *, reads: bool) -> None:
        own = {id(variable) for variable in (within or self.operation).weights}
        for place, variable in enumerate(self.operation.weights):
            if variable.name == weight and id(variable) in own:
                self.tracing.mark(self.operation.name, Axis(place, axis, channels, reads))
