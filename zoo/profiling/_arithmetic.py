"""What an operator computes in, and why floats among integers matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zoo.formats._flatbuffer import Graph, Operator
from zoo.formats._micro import hybrid_kind
from zoo.formats._numbers import BORDER, FLOATS, INTEGERS
from zoo.profiling.profiles import Finding, Step

SHAPES = ("SHAPE", "RANK")  # read how long a tensor is, and none of its numbers
HYBRID = (
    "The file is small, the arithmetic is not: hardware for integers alone does not take it, "
    "and TensorFlow Lite Micro refuses it. int8 with calibration rows computes in integers."
)
HALVES = (
    "The file is half as large; the weights become float32 when it is opened, so memory and arithmetic stay as they "
    "are, but for a GPU. TensorFlow Lite Micro refuses it."
)
ISLANDS = (
    "They stand among integer operators: the numbers are made floats and integers again around them, hardware for "
    "integers alone hands them to the processor, and a chip without floats computes them slowly."
)
ALL = (
    "Four times the memory of int8 between operators, and no hardware for integers alone takes it. "
    "int8 with calibration rows computes in integers."
)
ENDS = (
    "All between is integer; the ends turn floats into integers and back. "
    "A file whose ends are integers (--io int8 at its export) saves them."
)


def arithmetic(graph: Graph, operator: Operator) -> str:
    """Return integers, floats, hybrid (integer weights, float data), border (between both) or indices."""
    tensors = [graph.tensors[place] for place in (*operator.inputs, *operator.outputs) if place >= 0]
    kinds = {one.kind for one in tensors if not one.stored and not one.variable}
    if operator.name in SHAPES:
        return "indices"
    if operator.name in BORDER and kinds & {*FLOATS}:
        return "border"
    if hybrid_kind(graph, operator):
        return "hybrid"
    if kinds & {*FLOATS}:
        return "floats"
    return "integers" if kinds & {*INTEGERS} else "indices"


def findings(steps: Sequence[Step]) -> Iterator[Finding]:
    """Say what of a file is not integer arithmetic, and why that matters; nothing where all is."""
    computing = [one for one in steps if one.arithmetic in ("integers", "floats", "hybrid")]
    hybrid = [one for one in computing if one.arithmetic == "hybrid"]
    floats = [one for one in computing if one.arithmetic == "floats"]
    halves = [one for one in steps if any(tensor.dtype == "float16" and tensor.stored for tensor in one.inputs)]
    integers = len(computing) - len(hybrid) - len(floats)
    if hybrid:
        yield Finding("integer weights, float arithmetic", _names(hybrid), HYBRID)
    if halves:
        yield Finding("weights stored in float16", _names(halves), HALVES)
    if floats and integers:
        yield Finding("floats between integers", _names(floats), ISLANDS)
    elif floats and not hybrid:
        yield Finding("float arithmetic", _names(floats), ALL)
    ends = [one for one in steps if one.arithmetic == "border"]
    if ends and integers and not floats:
        yield Finding("float ends", _names(ends), ENDS)


def _names(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return each operator's name once, with how often it occurs, in the order they run."""
    counts: dict[str, int] = {}
    for one in steps:
        counts[one.operator] = counts.get(one.operator, 0) + 1
    return tuple(name if count == 1 else f"{count} {name}" for name, count in counts.items())
