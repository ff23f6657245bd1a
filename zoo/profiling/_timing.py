"""How long a LiteRT file and each of its operators take, measured with its own interpreter."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from zoo.profiling._alone import alone, fed, is_folded
from zoo.profiling._reading import Read, read

ROUNDS = 5  # over all operators, so that a busy moment of the machine is spread over them
WARM_UP = 3
UNPACKED = "it makes weights or variables ready once, when the file is opened"
MADE_UP = ("float32", "float16", "float64")  # made up of random numbers; others of zeros, valid as index and as token
SMALL = ("int8", "uint8", "int16")  # of random ones too, where a scale says that they are numbers


def timed(content: bytes, calls: int) -> dict[str, Any]:
    """Return the microseconds of the whole, of an empty call and of each operator of the first graph, or why not.

    Inputs are made up from seed 0, one row. Raises ValueError or RuntimeError where the interpreter refuses the file.
    """
    held = read(content)
    whole = opened(content)
    if any(one.size for one in held.model.buffers):
        return {"reason": "its values lie behind its tables, as in files beyond 2 GB: no operator runs alone"}
    inputs = [made_up(one) for one in whole.get_input_details()]
    strange = next((one.dtype for one in inputs if one.dtype.kind not in "fiub"), None)
    if strange is not None:
        return {"reason": f"nothing can be made up for an input of kind {strange.name}"}
    hand(whole, inputs)
    whole.invoke()
    return _measured(held, whole, _values(content, inputs), calls)


def opened(content: bytes, **options: Any) -> Interpreter:
    """Return the interpreter of a file, on one thread and ready for one row."""
    interpreter = Interpreter(model_content=content, num_threads=1, **options)
    interpreter.allocate_tensors()
    return interpreter


def made_up(detail: dict[str, Any]) -> np.ndarray:
    """Return a value for an input as the interpreter describes it, the same every time; of a string an empty one."""
    shape, dtype = tuple(detail["shape"]), np.dtype(detail["dtype"])
    chance = np.random.default_rng(0)
    if dtype.name in MADE_UP:
        return chance.random(shape).astype(dtype)
    if dtype.name in SMALL and len(detail["quantization_parameters"]["scales"]):
        bounds = np.iinfo(dtype)
        return chance.integers(bounds.min, bounds.max, shape, dtype, endpoint=True)
    return np.zeros(shape, dtype)


def hand(interpreter: Interpreter, values: Sequence[np.ndarray]) -> None:
    """Set the inputs of an interpreter, of whatever shapes they are."""
    details = interpreter.get_input_details()
    for detail, value in zip(details, values, strict=True):
        if tuple(detail["shape"]) != value.shape:
            interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(details, values, strict=True):
        interpreter.set_tensor(detail["index"], value)


def _values(content: bytes, inputs: Sequence[np.ndarray]) -> Interpreter:
    """Return an interpreter that has run and still holds what went between its operators."""
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # XNNPACK keeps no value between operators
    keeping = opened(content, experimental_op_resolver_type=plain, experimental_preserve_all_tensors=True)
    hand(keeping, inputs)
    keeping.invoke()
    return keeping


def _measured(held: Read, whole: Interpreter, values: Interpreter, calls: int) -> dict[str, Any]:
    places = range(len(held.graphs[0].operators))
    ready = {place: _ready(held, place, values) for place in (None, *places)}
    running = {place: one for place, one in ready.items() if not isinstance(one, str)}
    taken = _rounds({**running, "whole": whole}, calls)
    idle = taken.pop(None, None)
    return {
        "whole_us": taken.pop("whole"),
        "idle_us": idle,
        "steps": [max(0.0, taken[place] - (idle or 0.0)) if place in taken else None for place in places],
        "untimed": [ready[place] if isinstance(ready[place], str) else "" for place in places],
    }


def _ready(held: Read, place: int | None, values: Interpreter) -> Interpreter | str:
    """Return the interpreter of one operator alone, ready to be called, or why there is none."""
    if place is not None and is_folded(held.graphs[0], place):
        return UNPACKED
    try:
        interpreter = Interpreter(model_content=alone(held, place), num_threads=1)
        hand(interpreter, [values.get_tensor(one) for one in fed(held.graphs[0], place)])
        for _ in range(WARM_UP):
            interpreter.invoke()
    except Exception as error:  # whatever a packer or a kernel raises, the others are timed
        return f"it does not run alone: {first_line(error)}"
    return interpreter


def _rounds(running: dict[Any, Interpreter], calls: int) -> dict[Any, float]:
    """Return the median microseconds of a call of each interpreter."""
    taken: dict[Any, list[float]] = {name: [] for name in running}
    rounds = min(ROUNDS, calls)
    for done in range(rounds):
        share = calls * (done + 1) // rounds - calls * done // rounds
        for name, interpreter in running.items():
            taken[name] += [_call_us(interpreter) for _ in range(share)]
    return {name: statistics.median(found) for name, found in taken.items()}


def _call_us(interpreter: Interpreter) -> float:
    """Return the processor's microseconds for one call, which all happens in this thread.

    By the clock on the wall a call of many milliseconds would be charged with what other processes do meanwhile, and
    one of few would not.
    """
    began = time.thread_time_ns()
    interpreter.invoke()
    return (time.thread_time_ns() - began) / 1000


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, as far as a line of text goes."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")
