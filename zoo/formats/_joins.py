"""Sequences in integers that are joined with others: the converter gives them a grid that they were not computed on."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._graph import code_of
from zoo.formats._rewrite import put_together, taken_apart

_CODES = schema.BuiltinOperator
STATE, HIDDEN = 18, 4  # where an LSTM has its last answer among its inputs, and its hidden state among what it keeps
VERSION = 1  # of QUANTIZE, the first there is


def with_sound_joins(content: bytes) -> bytes:
    """Return a LiteRT file's `content` whose integers stand for what was computed where sequences are joined.

    A CONCATENATION wants all its sequences on one grid, and TensorFlow's converter writes that grid to them. A
    REVERSE_V2 copies integers of its own input's grid, so a QUANTIZE is put behind it; an LSTM takes its answers back
    in as its state, which gets the new grid too.
    """
    model = taken_apart(content)
    found = [_mend(model, graph) for graph in model.subgraphs]
    return put_together(model, sharing=False) if any(found) else content


def _mend(model: Any, graph: Any) -> bool:
    """Mend the operators of a graph; return whether there was anything to mend."""
    operators, mended = [], False
    for one in graph.operators:
        operators.append(one)
        code = code_of(model, one)
        if code == _CODES.REVERSE_V2 and _differ(graph, int(one.inputs[0]), int(one.outputs[0])):
            operators.append(_quantize(model, graph, one))
            mended = True
        if code == _CODES.UNIDIRECTIONAL_SEQUENCE_LSTM:
            mended = _on_one_grid(graph, one) or mended
    graph.operators = operators
    return mended


def _differ(graph: Any, one: int, other: int) -> bool:
    """Return whether two tensors of integers are on different grids."""
    grids = [graph.tensors[place].quantization for place in (one, other)]
    if any(grid is None or grid.scale is None for grid in grids):
        return False
    return not all(np.array_equal(*(getattr(grid, name) for grid in grids)) for name in ("scale", "zeroPoint"))


def _on_one_grid(graph: Any, lstm: Any) -> bool:
    """Put an LSTM's states on the grid of its answers; return whether they were on others."""
    answers, kept = int(lstm.outputs[0]), () if lstm.intermediates is None else lstm.intermediates
    states = [int(place) for place in (lstm.inputs[STATE], *kept[HIDDEN:])]
    others = [place for place in states if _differ(graph, place, answers)]
    for place in others:
        graph.tensors[place].quantization = deepcopy(graph.tensors[answers].quantization)
    return bool(others)


def _quantize(model: Any, graph: Any, reversal: Any) -> Any:
    """Let a reversal make a tensor on the grid it is given; return what brings that to the grid it had before."""
    made = int(reversal.outputs[0])
    tensor = deepcopy(graph.tensors[made])
    tensor.name, tensor.quantization = "reversed", deepcopy(graph.tensors[int(reversal.inputs[0])].quantization)
    graph.tensors.append(tensor)
    reversal.outputs = np.array([len(graph.tensors) - 1], np.int32)
    return schema.OperatorT(
        opcodeIndex=_code(model),
        inputs=reversal.outputs,
        outputs=np.array([made], np.int32),
        builtinOptionsType=schema.BuiltinOptions.QuantizeOptions,
        builtinOptions=schema.QuantizeOptionsT(),
    )


def _code(model: Any) -> int:
    """Return the place of QUANTIZE among the kinds of operators, of which it becomes one where it was none."""
    for place, code in enumerate(model.operatorCodes):
        if max(code.builtinCode, code.deprecatedBuiltinCode) == _CODES.QUANTIZE:
            return place
    code = _CODES.QUANTIZE
    model.operatorCodes.append(schema.OperatorCodeT(deprecatedBuiltinCode=code, builtinCode=code, version=VERSION))
    return len(model.operatorCodes) - 1
