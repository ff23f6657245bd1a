"""A float32 LiteRT file as an ONNX file, operator by operator: there are fewer kinds of these than of layers."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from zoo.errors import Unsupported
from zoo.formats._flatbuffer import operator_name
from zoo.formats._onnx_graph import Call, OnnxGraph, checked
from zoo.formats._onnx_layers import LAYERS
from zoo.formats._onnx_operators import OPERATORS, fused
from zoo.formats._rewrite import taken_apart

HANDLERS = {**OPERATORS, **LAYERS}
OWN_FUNCTION = ("UNIDIRECTIONAL_SEQUENCE_LSTM",)  # their function is inside, not behind them
INSTEAD = "Take saved_model or tflite."


def to_onnx(content: bytes, name: str = "zoo") -> bytes:
    """Return the content of the ONNX file that answers any number of rows as a float32 LiteRT file's `content` does.

    Raises Unsupported, naming it and the nearest that is served, for an operator that has no translation here.
    """
    taken = taken_apart(content)
    if len(taken.subgraphs) > 1:
        raise Unsupported(f"a model with loops is not written as ONNX. {INSTEAD}")
    graph = OnnxGraph(taken)
    codes = [operator_name(code) for code in taken.operatorCodes]
    for operator in taken.subgraphs[0].operators:
        _translate(graph, operator, codes[operator.opcodeIndex])
    return checked(graph.model(name))


def _translate(graph: OnnxGraph, operator: Any, name: str) -> None:
    call = Call(graph, name, _places(operator.inputs), _places(operator.outputs), operator.builtinOptions)
    try:
        found = _handler(name)(call)
        function = getattr(call.options, "fusedActivationFunction", 0)
        if function and name not in OWN_FUNCTION:
            found = fused(call, found, function)
    except Unsupported as error:
        raise Unsupported(f"{name}: {str(error).rstrip('.')}. {INSTEAD}") from error
    names = [found] if isinstance(found, str) else found
    for place, one in zip(call.outputs, names, strict=True):
        graph.set_name(place, one)


def _handler(name: str) -> Any:
    if name not in HANDLERS:
        near = get_close_matches(name, HANDLERS, n=1)
        nearest = f"; nearest to it in name is {near[0]}" if near else ""
        raise Unsupported(f"this operator is not written as ONNX{nearest}")
    return HANDLERS[name]


def _places(places: Any) -> tuple[int, ...]:
    return () if places is None else tuple(map(int, places))
