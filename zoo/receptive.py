"""Receptive field: how much of its input one number of a network's last map depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

EVERYWHERE = ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "MultiHeadAttention", "Attention", "Matmul")
MOVED = ("ZeroPadding", "Cropping")  # other places, and what each of them sees stays


@dataclass(frozen=True)
class Field:
    """What one number of a map sees of the input, and how far apart neighbours look, along each of its axes."""

    spans: tuple[int, ...]
    jumps: tuple[int, ...]

    def behind(self, kernel: Sequence[int], strides: Sequence[int], dilation: Sequence[int]) -> Field:
        """Return the field behind a window: (kernel - 1) x dilation jumps more (Araujo 2019, equation 2)."""
        ones = (1,) * (len(self.spans) - len(kernel))  # rows of pixels are steps, which have no columns
        sides = list(zip(self.spans, self.jumps, (*kernel, *ones), (*strides, *ones), (*dilation, *ones), strict=True))
        spans = tuple(span + (side - 1) * apart * jump for span, jump, side, _, apart in sides)
        return Field(spans, tuple(jump * stride for _, jump, _, stride, _ in sides))


def receptive_field(model: keras.Model) -> tuple[int, ...] | None:
    """Return how many steps, or rows and columns, the last map of a functional model sees; None without windows.

    A recurrent layer and attention see the whole input. What is more than the input lies in its padding.
    """
    lengths = tuple(model.inputs[0].shape[1:-1] or model.inputs[0].shape[1:])
    one = (1,) * len(lengths)
    whole, found, widest = Field(lengths, one), {}, Field(one, one)
    for node in nodes(model):
        field = _field(node, [found.get(id(tensor)) for tensor in node.input_tensors], whole)
        found |= {id(tensor): field for tensor in node.outputs}
        widest = _widest([widest, field]) if field is not None and _is_map(node) else widest
    return widest.spans if any(span > 1 for span in widest.spans) else None


def nodes(model: keras.Model) -> Iterator[Any]:
    """Yield the uses of a functional model's layers in the order in which Keras runs them."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from model._nodes_by_depth[depth]


def _field(node: Any, given: Sequence[Field | None], whole: Field) -> Field | None:
    layer, kind, answer = node.operation, type(node.operation).__name__, node.outputs[0]
    if not node.input_tensors or kind == "Embedding":
        axes = len(answer.shape) - 2
        return Field((1,) * axes, (1,) * axes) if axes > 0 else None
    known = [field for field in given if field is not None]
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if window and known and not kind.endswith("Transpose"):
        return known[0].behind(window, layer.strides, getattr(layer, "dilation_rate", (1,) * len(window)))
    if kind == "Reshape" and known:
        return _reshaped(known[0], whole, (node.input_tensors[0].shape, answer.shape))
    if known and (kind.startswith(MOVED) or (_is_map(node) and not kind.startswith(EVERYWHERE))):
        return _widest(known)
    return whole if known else None


def _is_map(node: Any) -> bool:
    """Return whether an answer has the places of what was given, or those that a window or all of them make."""
    answer, kind = node.outputs[0].shape, type(node.operation).__name__
    if kind.startswith(EVERYWHERE) or hasattr(node.operation, "kernel_size") or hasattr(node.operation, "pool_size"):
        return True
    shapes = [tensor.shape for tensor in node.input_tensors if len(tensor.shape) > 2]
    if len(answer) > 2 and any(answer[1:] == shape[1:-1] for shape in shapes):  # of its channels' largest, or sum
        return True
    return any(answer[1:-1] == shape[1:-1] for shape in shapes)


def _reshaped(field: Field, whole: Field, shapes: tuple[Sequence[Any], Sequence[Any]]) -> Field:
    """Return the field of a map in another shape: axes that come first in both stay, of the others all is seen."""
    before, after = (shape[1:-1] for shape in shapes)
    kept = [one == other for one, other in zip(before, after, strict=False)]
    alike = kept.index(False) if False in kept else len(kept)
    return Field(
        (*field.spans[:alike], *whole.spans[alike:]),
        (*field.jumps[:alike], *whole.jumps[alike:]),
    )


def _widest(fields: Sequence[Field]) -> Field:
    """Return the field of maps that are joined: on each axis what the one that sees most sees."""
    spans = tuple(map(max, zip(*(field.spans for field in fields), strict=True)))
    return Field(spans, tuple(map(max, zip(*(field.jumps for field in fields), strict=True))))
