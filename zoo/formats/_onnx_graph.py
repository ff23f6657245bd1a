"""An ONNX graph in the making: names, stored numbers and nodes, from the operators of a LiteRT file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from zoo.errors import Unsupported
from zoo.formats._flatbuffer import KINDS
from zoo.formats._raw import ROWS

OPSET, IR_VERSION = 17, 8  # that onnxruntime 1.12 and later read, of 2022
ANSWERS = "answers"
BATCH = "batch"  # what the open number of rows is called


class OnnxGraph:
    """Nodes and stored numbers of an ONNX graph; `taken` is a LiteRT file taken apart, of one graph."""

    def __init__(self, taken: Any) -> None:
        self.taken = taken
        self.tensors = taken.subgraphs[0].tensors
        self._named = {int(taken.subgraphs[0].inputs[0]): ROWS}
        self._nodes: list[Any] = []
        self._stored: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._initializers: list[Any] = []

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add a node; return the name of its output, or a tuple of names where it has several `outputs`."""
        names = tuple(f"{kind.lower()}_{len(self._nodes)}_{place}".removesuffix("_0") for place in range(outputs))
        self._nodes.append(helper.make_node(kind, list(inputs), list(names), **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, numbers: Any, dtype: str = "float32") -> str:
        """Return the name of stored numbers, which are stored once."""
        array = np.ascontiguousarray(np.asarray(numbers, dtype))
        array = array.reshape(np.shape(numbers))  # ascontiguousarray gives a scalar an axis
        key = (dtype, array.shape, array.tobytes())
        if key not in self._stored:
            self._stored[key] = f"stored_{len(self._stored)}"
            self._initializers.append(numpy_helper.from_array(array, self._stored[key]))
        return self._stored[key]

    def name(self, place: int) -> str:
        """Return the name of the tensor at a place of the LiteRT file, its numbers stored where the file has them."""
        if place not in self._named:
            numbers = self.numbers(place)
            self._named[place] = self.constant(numbers, str(numbers.dtype))
        return self._named[place]

    def set_name(self, place: int, name: str) -> None:
        """Say what the tensor at a place is called from now on."""
        self._named[place] = name

    def is_stored(self, place: int) -> bool:
        """Return whether the file holds the numbers of the tensor at a place."""
        tensor = self.tensors[place]
        return self.taken.buffers[tensor.buffer].data is not None and not tensor.isVariable

    def numbers(self, place: int) -> np.ndarray:
        """Return the numbers of a stored tensor; raise Unsupported where they are computed."""
        if not self.is_stored(place):
            raise Unsupported("a shape or a place is computed from the rows, which is not written as ONNX")
        tensor = self.tensors[place]
        content = np.asarray(self.taken.buffers[tensor.buffer].data, np.uint8).tobytes()
        return np.frombuffer(content, KINDS[tensor.type]).reshape(() if tensor.shape is None else tensor.shape)

    def model(self, name: str) -> Any:
        """Return the ONNX model of what was added: `rows` in, `answers` out, any number of rows."""
        graph = self.taken.subgraphs[0]
        self._nodes.append(helper.make_node("Identity", [self.name(int(graph.outputs[0]))], [ANSWERS]))
        ends = [self._end(ROWS, int(graph.inputs[0])), self._end(ANSWERS, int(graph.outputs[0]))]
        made = helper.make_graph(self._nodes, name, ends[:1], ends[1:], self._initializers)
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="zoo")

    def _end(self, name: str, place: int) -> Any:
        tensor = self.tensors[place]
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(KINDS[tensor.type]))
        return helper.make_tensor_value_info(name, kind, [BATCH, *map(int, tensor.shape[1:])])


@dataclass(frozen=True)
class Call:
    """One operator of a LiteRT file that is to become nodes of `graph`."""

    graph: OnnxGraph
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Any

    def x(self, place: int = 0) -> str:
        """Return the name of an input."""
        return self.graph.name(self.inputs[place])

    def has(self, place: int) -> bool:
        """Return whether there is such an input."""
        return place < len(self.inputs) and self.inputs[place] >= 0

    def shape(self, place: int = 0) -> tuple[int, ...]:
        """Return the shape of an input as the file has it: with 1 where a length is open."""
        shape = self.graph.tensors[self.inputs[place]].shape
        return () if shape is None else tuple(map(int, shape))

    def sides(self, place: int = 0) -> tuple[int, ...]:
        """Return the lengths of an input behind its first axis; raise Unsupported where one of them is open."""
        signature = self.graph.tensors[self.inputs[place]].shapeSignature
        if signature is not None and any(length < 0 for length in signature[1:]):
            raise Unsupported("a length other than the number of rows is open, which is not written as ONNX")
        return self.shape(place)[1:]

    def out_kind(self) -> int:
        """Return ONNX's number for the kind of the first output's numbers."""
        kind = KINDS[self.graph.tensors[self.outputs[0]].type]
        return helper.np_dtype_to_tensor_dtype(np.dtype(kind))

    def numbers(self, place: int) -> np.ndarray:
        """Return the stored numbers of an input."""
        return self.graph.numbers(self.inputs[place])

    def axes(self, place: int) -> list[int]:
        """Return the stored whole numbers of an input, flat."""
        return [int(one) for one in self.numbers(place).ravel()]

    def whole(self, numbers: Any) -> str:
        """Return the name of stored numbers of 64 bits, in which ONNX has shapes and places."""
        return self.graph.constant(numbers, "int64")

    def add(self, kind: str, *inputs: str, **attributes: Any) -> Any:
        """Add a node to the graph."""
        return self.graph.add(kind, *inputs, **attributes)


Handler = Callable[[Call], "str | Sequence[str]"]


def checked(model: Any) -> bytes:
    """Return the content of an ONNX file, the same for the same model, once its checker has passed it."""
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def renamed(kinds: Mapping[str, str]) -> dict[str, Handler]:
    """Return handlers of operators that ONNX has under another name, with the same inputs in the same order."""
    return {name: _same(kind) for name, kind in kinds.items()}


def _same(kind: str) -> Handler:
    return lambda call: call.add(kind, *(call.x(place) for place in range(len(call.inputs))))
