"""What a LiteRT file says of itself: its graphs as plain values, read from the flatbuffer alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

BITS = {"int2": 2, "int4": 4, "uint4": 4, "bool": 8, "int8": 8, "uint8": 8, "int16": 16, "uint16": 16, "float16": 16}
BITS |= {"bfloat16": 16, "int64": 64, "uint64": 64, "float64": 64, "complex64": 64, "complex128": 128}
OTHER_BITS = 32


@dataclass(frozen=True)
class Tensor:
    """One tensor: its shape, with 1 for an open batch; `kind` is its dtype, `stored` says that the file holds it."""

    shape: tuple[int, ...]
    kind: str
    stored: bool = False
    variable: bool = False  # keeps its value from one call to the next
    any_batch: bool = False  # its first axis takes any length
    scale: float = 0.0  # the widest step of its grid; 0 where it has none

    @property
    def size(self) -> int:
        """Return the number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Return the memory that the elements take; those of less than a byte are packed."""
        return -(-self.size * BITS.get(self.kind, OTHER_BITS) // 8)


@dataclass(frozen=True)
class Operator:
    """One operator: its name, and the places of its inputs and outputs among the tensors; -1 is an input left out.

    `flags` are its options that are true, as the schema names them: `adjX`.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Operators in the order they run, and the tensors between them."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_graphs(content: bytes) -> tuple[Graph, ...]:
    """Return the graphs of a LiteRT file's `content`; the first is the model, others are bodies of its loops."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    names = [operator_name(code) for code in model.operatorCodes]
    filled = [buffer.data is not None and len(buffer.data) > 0 or buffer.size > 0 for buffer in model.buffers]
    return tuple(_graph(subgraph, names, filled) for subgraph in model.subgraphs)


def _graph(subgraph: Any, names: list[str], filled: list[bool]) -> Graph:
    tensors = tuple(_tensor(one, filled) for one in subgraph.tensors)
    operators = tuple(
        Operator(names[one.opcodeIndex], _places(one.inputs), _places(one.outputs), _flags(one.builtinOptions))
        for one in subgraph.operators or ()
    )
    return Graph(tensors, operators, _places(subgraph.inputs), _places(subgraph.outputs))


def _tensor(tensor: Any, filled: list[bool]) -> Tensor:
    open_ended = tensor.shapeSignature is not None and len(tensor.shapeSignature) > 0 and tensor.shapeSignature[0] < 0
    kind, stored = KINDS[tensor.type], filled[tensor.buffer]
    return Tensor(_shape(tensor), kind, stored, bool(tensor.isVariable), open_ended, _scale(tensor.quantization))


def _scale(grid: Any) -> float:
    return 0.0 if grid is None or grid.scale is None else max(map(float, grid.scale), default=0.0)


def _shape(tensor: Any) -> tuple[int, ...]:
    return () if tensor.shape is None else tuple(1 if length < 0 else int(length) for length in tensor.shape)


def _flags(options: Any) -> tuple[str, ...]:
    return () if options is None else tuple(name for name, value in vars(options).items() if value is True)


def _places(places: Iterable[int] | None) -> tuple[int, ...]:
    return () if places is None else tuple(map(int, places))


def operator_name(code: Any) -> str:
    """Return the name of an operator; files from before its number outgrew a byte keep it in the older field."""
    name = _NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]
    return code.customCode.decode() if name == "CUSTOM" and code.customCode else name


def _by_number(enumeration: type) -> dict[int, str]:
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}


_NAMES = _by_number(schema.BuiltinOperator)
KINDS = {number: name.lower() for number, name in _by_number(schema.TensorType).items()}
