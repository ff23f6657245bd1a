"""Which weights of which layers have a grid, and what of them shares a step: as LiteRT's operators have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras

from zoo.errors import Unsupported

layers = keras.layers
SHARING: Mapping[type, Mapping[str, str]] = {
    **dict.fromkeys((layers.Dense, layers.Conv1D, layers.Conv2D), {"kernel": "channel"}),
    **dict.fromkeys((layers.DepthwiseConv1D, layers.DepthwiseConv2D), {"kernel": "filter"}),
    **dict.fromkeys(
        (layers.SeparableConv1D, layers.SeparableConv2D), {"depthwise_kernel": "filter", "pointwise_kernel": "channel"}
    ),
    layers.LSTM: {"kernel": "gate", "recurrent_kernel": "gate"},
}
NEAREST = {
    **dict.fromkeys(("GRU", "SimpleRNN", "Bidirectional"), "LSTM"),
    **dict.fromkeys(("Conv3D", "Conv2DTranspose"), "Conv2D"),
    **{"Conv1DTranspose": "Conv1D", "EinsumDense": "Dense"},
}


def sharing_of(layer: Any) -> Mapping[str, str] | None:
    """Return what of each kernel of a layer shares a step, by the weight's name; None where there is no grid for it."""
    if type(layer) is layers.Bidirectional:
        within = {type(layer.forward_layer), type(layer.backward_layer)}
        return SHARING[layers.LSTM] if within == {layers.LSTM} else None
    return SHARING.get(type(layer))


def require_served(network: keras.Model) -> None:
    """Raise Unsupported for a layer whose kernels have no grid, or that is asked with more than one tensor."""
    for layer in network.layers:
        kind = type(layer).__name__
        if sharing_of(layer) is None and any("kernel" in weight.name for weight in layer.weights):
            near = NEAREST.get(kind, "Dense, Conv1D, Conv2D or LSTM")
            raise Unsupported(
                f"quantize_aware does not serve the layer {layer.name}, a {kind}; the nearest that it does is {near}."
            )
    for node in nodes_of(network):
        if sharing_of(node.operation) is not None and len(node.input_tensors) > 1:
            raise Unsupported(
                f"quantize_aware does not serve the layer {node.operation.name} with given states; leave them away."
            )


def nodes_of(network: keras.Model) -> Iterator[Any]:
    """Return every call of an operation in a functional network, the inputs' own aside."""
    return (node for nodes in network._nodes_by_depth.values() for node in nodes if not node.is_input)
