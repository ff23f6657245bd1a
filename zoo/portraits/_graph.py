"""A network as boxes: layers in the order they run, those that only touch up an answer in the box of who gave it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from zoo.receptive import nodes as nodes_of

# open no box of their own: they change no more than the numbers, or how these lie
LIGHT = ("Activation", "BatchNormalization", "Dropout", "ELU", "Flatten", "GaussianDropout", "GroupNormalization")
LIGHT += ("LayerNormalization", "LeakyReLU", "PReLU", "Permute", "ReLU", "Rescaling", "Reshape", "Softmax")
LIGHT += ("SpatialDropout1D", "SpatialDropout2D", "ZeroPadding1D", "ZeroPadding2D")
# what of a layer's settings is told, and how
TOLD = {
    "kernel_size": "{}",
    "pool_size": "{}",
    "filters": "{} filters",
    "units": "{} units",
    "strides": "stride {}",
    "dilation_rate": "dilation {}",
    "num_heads": "{} heads",
    "output_dim": "{} wide",
    "rate": "{}",
    "activation": "{}",
}
USUAL = {"strides": 1, "dilation_rate": 1, "activation": "linear"}  # not worth a word
GATED = ("GRU", "LSTM", "SimpleRNN")  # have activations that nobody changes
KINDS = {  # what the class of a box's first layer has in its name
    "convolution": ("Conv",),
    "recurrent": ("LSTM", "GRU", "RNN", "Bidirectional"),
    "dense": ("Dense", "Embedding", "Attention"),
    "pooling": ("Pool",),
    "merge": ("Add", "Average", "Concatenate", "Maximum", "Multiply"),
    "input": ("Input",),
}


@dataclass
class Box:
    """Layers that stand together: words on each, numbers that they hold, and the shape that leaves them.

    `parents` are the boxes, by place, whose answers they take.
    """

    lines: list[str]
    kind: str
    shape: str
    parameters: int = 0
    parents: list[int] = field(default_factory=list)


def boxes_of(network: Any) -> list[Box]:
    """Return a functional network's boxes, every one behind its parents."""
    found: list[Box] = []
    home: dict[int, int] = {}  # of each node, the place of its box
    last: list[Any] = []  # of each box, the node that its answer comes from
    nodes = list(nodes_of(network))
    joined = _of_operations(nodes)
    for node in nodes:
        parents = list(dict.fromkeys(home[id(one)] for one in node.parent_nodes))
        if id(node) in joined or _touches_up(node, parents, last):
            place = parents[0]
            _join(found[place], node, plain=id(node) in joined)
            last[place] = node
        else:
            place = len(found)
            found.append(Box([words(node.operation)], kind_of(node.operation), _shape(node), 0, parents))
            last.append(node)
        home[id(node)] = place
        found[place].parameters += _parameters(node)
    return found


def _takers(node: Any) -> list[Any]:
    """Return the nodes that take what a node gives."""
    return [one for one in node.operation._outbound_nodes if any(node is parent for parent in one.parent_nodes)]


def _touches_up(node: Any, parents: list[int], last: list[Any]) -> bool:
    """Return whether a light layer may stand in the box before it: nobody else takes what that box gives."""
    if type(node.operation).__name__ not in LIGHT or len(node.parent_nodes) != 1:
        return False
    source = node.parent_nodes[0]
    return last[parents[0]] is source and len(_takers(source)) == 1


def _of_operations(nodes: list[Any]) -> set[int]:
    """Return the nodes of plain operations that stand in the box of the layer which alone they start from.

    So the three or four operations of which an activation is made take no boxes; only one of them may lead out.
    """
    found: set[int] = set()
    for source in nodes:
        region = {id(source): source}
        for node in nodes:
            if not _is_layer(node) and node.parent_nodes and all(id(one) in region for one in node.parent_nodes):
                region[id(node)] = node
        exits = [one for one in region.values() if any(id(taker) not in region for taker in _takers(one))]
        if len(region) > 1 and len(exits) <= 1 and exits[:1] != [source]:
            found |= region.keys() - {id(source)}
    return found


def _is_layer(node: Any) -> bool:
    import keras

    return isinstance(node.operation, keras.Layer)


def _join(box: Box, node: Any, plain: bool) -> None:
    """Put a layer into a box: on a line of its own, operations beside each other."""
    told = words(node.operation)
    beside = plain and len(box.lines) > 1 and box.lines[-1].islower()
    box.lines[-1:] = (
        [f"{box.lines[-1]}, {told.lower()}"] if beside else [box.lines[-1], told.lower() if plain else told]
    )
    box.shape = _shape(node)


def words(layer: Any) -> str:
    """Return what a layer is: its class in Keras, and the settings that matter."""
    name = type(layer).__name__.replace("InputLayer", "Input")
    inner = getattr(layer, "forward_layer", None)
    if inner is not None:
        return f"{name} {words(inner)}"
    settings = [text for key, form in TOLD.items() if (text := _told(layer, key, form))]
    return f"{name} {', '.join(settings)}".strip()


def _told(layer: Any, key: str, form: str) -> str:
    """Return one setting in words, "" where it is the usual one or the layer has none."""
    value = getattr(layer, key, None)
    if key == "activation" and callable(value):
        value = None if type(layer).__name__ in GATED else getattr(value, "__name__", None)
    if isinstance(value, (tuple, list)):
        alike = len(set(value)) == 1 and key in USUAL
        value = value[0] if alike else " x ".join(map(str, value))
    by_pooling = key == "strides" and hasattr(layer, "pool_size")
    if by_pooling or value == USUAL.get(key) or not isinstance(value, (str, int, float)):
        return ""
    return form.format(value)


def kind_of(layer: Any) -> str:
    """Return the kind of a layer, which decides the colour of its box; "" for others."""
    name = type(layer).__name__
    return next((kind for kind, parts in KINDS.items() if any(part in name for part in parts)), "")


def _shape(node: Any) -> str:
    """Return the shape of what leaves a layer, without the rows."""
    sizes = node.outputs[0].shape[1:]
    return " x ".join("?" if size is None else str(size) for size in sizes) or "1"


def _parameters(node: Any) -> int:
    """Return how many numbers a layer holds, counted at its first use."""
    layer = node.operation
    if layer._inbound_nodes[0] is not node:
        return 0
    return sum(math.prod(weight.shape) for weight in getattr(layer, "weights", ()))
