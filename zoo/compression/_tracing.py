"""traced: where a network's channels go, from its input to its output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from zoo.compression._marking import Call, Trace, Tracing
from zoo.compression._rules import rule_for


def traced(network: keras.Model) -> Trace:
    """Return where the channels of a functional network go; those of its inputs and outputs are held.

    Raises Unsupported for a layer or an operation that `zoo.compression._rules` does not know.
    """
    tracing, found = Tracing(), {}
    for node in _nodes(network):
        taken = [tensor for tensor in node.input_tensors if not _is_mask(node, tensor)]
        call = Call(node.operation, node, [found[id(tensor)] for tensor in taken], tracing)
        answers = rule_for(node.operation)(call)
        each = answers if isinstance(answers, list) else [answers] * len(node.outputs)
        found |= {id(tensor): channels for tensor, channels in zip(node.outputs, each, strict=True)}
    for tensor in network.outputs:
        tracing.numbering.hold(found[id(tensor)])
    return tracing.ended()


def _nodes(network: keras.Model) -> Iterator[Any]:
    """Yield the uses of the network's layers in the order in which Keras runs them."""
    for depth in sorted(network._nodes_by_depth, reverse=True):
        yield from network._nodes_by_depth[depth]


def _is_mask(node: Any, tensor: Any) -> bool:
    """Return whether a layer is given a tensor beside its inputs that says which steps count."""
    return tensor.dtype == "bool" and isinstance(node.operation, keras.Layer)
