"""Sizes of a model before it is trained: parameters, multiply-accumulates, and how far into its input it looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from zoo.builders import build
from zoo.receptive import nodes, receptive_field
from zoo.starts import without_starts
from zoo.task import Task

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Sizes:
    """What a builder makes for a task. `parameters` counts all numbers of the weights, `trained` those that learn.

    `macs` are the multiply-accumulates of one row: of convolutions, matrix products, recurrent layers and attention,
    as `zoo profile` counts them; None where a layer has a kernel whose use is not known. `receptive_field` says how
    many steps, or rows and columns, of the input one number of the last map depends on, and may be larger than the
    input; None where no layer looks at a window.
    """

    parameters: int
    trained: int
    macs: int | None
    receptive_field: tuple[int, ...] | None

    def to_json(self) -> dict[str, Any]:
        """Return the sizes as plain JSON values."""
        return asdict(self)


def sizes(builder: str, task: Task, values: Mapping[str, Any] | None = None) -> Sizes:
    """Return what the model of a builder takes for a task, with `values` and else its defaults.

    Nothing is downloaded. Raises what `build` raises.
    """
    with without_starts():
        return sizes_of(build(builder, task, **(values or {})))


def sizes_of(model: keras.Model) -> Sizes:
    """Return the sizes of a functional Keras model."""
    work = [macs(node) for node in nodes(model)]
    trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    total = None if None in work else sum(filter(None, work))
    return Sizes(model.count_params(), trained, total, receptive_field(model))


def macs(node: Any) -> int | None:
    """Return the multiply-accumulates of one use of a Keras layer or operation for one row, None where not known."""
    kind = type(node.operation).__name__
    rule = next((rule for name, rule in RULES.items() if kind.startswith(name)), None)
    if rule is not None:
        return rule(node)
    return None if any(_kernels(node.operation)) else 0


def _kernels(layer: Any) -> Iterator[int]:
    """Yield how many numbers each kernel of a layer has, of those in layers inside it too."""
    return (math.prod(weight.shape) for weight in getattr(layer, "weights", ()) if weight.name.endswith("kernel"))


def _places(tensor: Any) -> int:
    """Return how many steps or pixels a tensor (rows, ..., channels) has."""
    return math.prod(tensor.shape[1:-1])


def _at_each_place(node: Any) -> int:
    return _places(node.outputs[0]) * sum(_kernels(node.operation))


def _convolved(node: Any) -> int:
    spreads = type(node.operation).__name__.endswith("Transpose")
    return _places(node.input_tensors[0] if spreads else node.outputs[0]) * sum(_kernels(node.operation))


def _at_each_step(node: Any) -> int:
    return node.input_tensors[0].shape[1] * sum(_kernels(node.operation))


def _attended(node: Any) -> int:
    """Count the projections of queries, keys, values and answers, the scores, and the values' mean (Vaswani 2017)."""
    layer = node.operation
    asked, told = node.input_tensors[0].shape[1], node.input_tensors[min(1, len(node.input_tensors) - 1)].shape[1]
    of_asked = sum(sum(_kernels(part)) for part in (layer.query_dense, layer.output_dense))
    of_told = sum(sum(_kernels(part)) for part in (layer.key_dense, layer.value_dense))
    paired = asked * told * layer.num_heads * (layer.key_dim + (layer.value_dim or layer.key_dim))
    return asked * of_asked + told * of_told + paired


def _multiplied(node: Any) -> int:
    return math.prod(node.outputs[0].shape[1:]) * node.input_tensors[0].shape[-1]


RULES: dict[str, Callable[[Any], int]] = {
    "Dense": _at_each_place,
    "Conv": _convolved,
    "DepthwiseConv": _convolved,
    "SeparableConv": _convolved,
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional"), _at_each_step),
    "MultiHeadAttention": _attended,
    "Matmul": _multiplied,
}
