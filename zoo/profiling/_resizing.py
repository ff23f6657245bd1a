"""A LiteRT file whose inputs have lengths that it leaves open, as a file in which these are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from ai_edge_litert.interpreter import Interpreter, OpResolverType

from zoo.profiling._alone import Stored, filed
from zoo.profiling._reading import read
from zoo.profiling._timing import made_up

BEHIND = "its values lie behind its tables, as in files beyond 2 GB: its lengths cannot be set"
UNKNOWN = "what goes between its operators is as long as the data says, and nothing is run. Let calls be 1 or more"


def resized(content: bytes, shapes: Sequence[Sequence[int]], runs: bool) -> bytes:
    """Return a file that computes the same on inputs of `shapes` alone, one for each input, with all lengths fixed.

    The interpreter says how long what goes between operators is, after a call where it `runs`. Raises ValueError or
    RuntimeError where the file does not take the shapes.
    """
    model = read(content).model
    if any(one.size for one in model.buffers):
        raise ValueError(BEHIND)
    interpreter = _prepared(content, shapes)
    if runs:
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], made_up(detail))
        interpreter.invoke()
    return filed(_fixed(model, interpreter, runs))


def _prepared(content: bytes, shapes: Sequence[Sequence[int]]) -> Interpreter:
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # XNNPACK keeps no value between operators
    keeping = {"experimental_op_resolver_type": plain, "experimental_preserve_all_tensors": True}
    interpreter = Interpreter(model_content=content, num_threads=1, **keeping)
    for detail, shape in zip(interpreter.get_input_details(), shapes, strict=True):
        interpreter.resize_tensor_input(detail["index"], list(shape))
    interpreter.allocate_tensors()
    return interpreter


def _fixed(model: Any, interpreter: Interpreter, runs: bool) -> Any:
    """Return the model's tables with the lengths that its first graph has in the interpreter."""
    lengths = {one["index"]: [int(length) for length in one["shape"]] for one in interpreter.get_tensor_details()}
    main, fixed = copy(model.subgraphs[0]), copy(model)
    made = {int(place) for one in main.operators or () for place in one.outputs}
    main.tensors = list(main.tensors)
    for place, old in enumerate(main.tensors):
        is_stored = model.buffers[old.buffer].data is not None
        if is_stored or place not in lengths or not (place in made or place in main.inputs):
            continue
        if not runs:
            _require_known(interpreter, place)
        main.tensors[place] = _of_lengths(old, lengths[place])
    fixed.subgraphs = [main, *model.subgraphs[1:]]
    fixed.buffers = [Stored(one.data) for one in model.buffers]
    return fixed


def _require_known(interpreter: Interpreter, place: int) -> None:
    try:
        interpreter.get_tensor(place)
    except ValueError:
        raise ValueError(UNKNOWN) from None


def _of_lengths(tensor: Any, lengths: list[int]) -> Any:
    """Return a tensor's table with other lengths; raise ValueError where nothing is left that was something."""
    if 0 in lengths and 0 not in ([] if tensor.shape is None else list(tensor.shape)):
        name = (tensor.name or b"").decode("utf-8", "replace")
        raise ValueError(f"they are too short: nothing is left of {name}, {lengths}")
    changed = copy(tensor)
    changed.shape, changed.shapeSignature, changed.hasRank = lengths, None, True
    return changed
