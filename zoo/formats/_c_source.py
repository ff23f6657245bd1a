"""A LiteRT file as C source for TensorFlow Lite Micro: the array, what runs it, and golden vectors."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from zoo.errors import BadData, ConversionFailed
from zoo.formats._arena import planned_arena
from zoo.formats._borders import Border
from zoo.formats._c_borders import c_type, defined, passing
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._interpreter import interpreter_bytes
from zoo.formats._micro import ADDERS, refusal
from zoo.microcontroller._values import Table, filled

ARRAY, HEADER, GOLDEN = "model.cc", "model.h", "model_golden.h"
ROWS, NUMBERS = 4, 8192  # golden rows, and numbers that they hold at most, but for the first row

_A_LINE = 16  # bytes
_OPENING = "const unsigned char zoo_model[] = {"
CODE = """\
// model.tflite as an array that stays in flash. Do not edit: model.tflite must be the same.
#include "model.h"

alignas(16) $opening
$bytes};
const unsigned int zoo_model_size = $size;
"""
HEAD = """\
/* The model for TensorFlow Lite Micro: $size bytes of flash, and an arena in RAM.
 *
 *     tflite::MicroMutableOpResolver<ZOO_OPERATORS> resolver;
 *     if (!zoo_add_operators(resolver)) { ... }
 *     alignas(16) static uint8_t arena[ZOO_ARENA_BYTES];
 *     tflite::MicroInterpreter interpreter(tflite::GetModel(zoo_model), resolver, arena, ZOO_ARENA_BYTES);
 *
 * model_golden.h holds rows and the answers that LiteRT gives to them.$state
 */
#ifndef ZOO_MODEL_H
#define ZOO_MODEL_H

#include <math.h>
#include <stdint.h>

#define ZOO_MODEL_BYTES $size
#define ZOO_TENSORS_BYTES $tensors /* of the arena, for the tensors between operators and what these work in */
#define ZOO_ARENA_BYTES $arena /* these, and room for the interpreter; optimised kernels may ask for more */
#define ZOO_OPERATORS $operators
$borders
#ifdef __cplusplus
extern "C" {
#endif
extern const unsigned char zoo_model[];
extern const unsigned int zoo_model_size;
#ifdef __cplusplus
}

/* Register the operators that this model needs, and no others; return whether all are known. */
template <typename Resolver>
bool zoo_add_operators(Resolver& resolver) {
  return $adders;
}

$passing#endif

#endif
"""
STATE = "\n * It has layers with memory: call interpreter.Reset() before each row."
VECTORS = """\
/* Golden vectors: made rows, of nobody's data, and what LiteRT answers. Integers may differ by 1. */
#ifndef ZOO_MODEL_GOLDEN_H
#define ZOO_MODEL_GOLDEN_H

#include "model.h"

#define ZOO_GOLDEN_ROWS $count
/* row after row, ZOO_INPUT_SIZE and ZOO_OUTPUT_SIZE numbers each */
$tables
#endif
"""


def require_micro(content: bytes) -> None:
    """Raise ConversionFailed, with the reasons, for a file that TensorFlow Lite Micro does not run."""
    graphs = read_graphs(content)
    reasons = dict.fromkeys(refusal(graph, one) for graph in graphs for one in graph.operators)
    if found := [reason for reason in reasons if reason]:
        raise ConversionFailed(f"TensorFlow Lite Micro does not run the file: {'; '.join(found)}")


def array_source(content: bytes) -> str:
    """Return model.cc, which defines the file's content as an aligned array."""
    parts = (content[at : at + _A_LINE].hex(" ") for at in range(0, len(content), _A_LINE))
    written = "".join(f"    0x{part.replace(' ', ', 0x')},\n" for part in parts)
    return filled(CODE, opening=_OPENING, bytes=written, size=len(content))


def array_in(source: str) -> bytes:
    """Return the bytes of the array in a model.cc; raise ValueError where there is none."""
    _, opening, rest = source.partition(_OPENING)
    content = bytes.fromhex(rest.partition("}")[0].replace("0x", "").replace(",", ""))
    if not opening or not content:
        raise ValueError("it holds no array")
    return content


def header_source(content: bytes, borders: Sequence[Border]) -> str:
    """Return model.h: sizes of the file and of its arena, the types at its ends, and the operators to register."""
    graph = read_graphs(content)[0]
    ends = zip(("INPUT", "OUTPUT"), borders, (graph.inputs[0], graph.outputs[0]), strict=True)
    adders = sorted({ADDERS[one.name] for one in graph.operators})
    tensors = planned_arena(graph)
    values = {
        "size": len(content),
        "tensors": tensors,
        "arena": tensors + interpreter_bytes(graph, tensors),
        "operators": len(adders),
        "adders": " && ".join(f"resolver.{adder}() == 0" for adder in adders).replace("&& ", "&&\n         "),
        "borders": "".join(defined(end, border, graph.tensors[place].size) for end, border, place in ends),
        "passing": passing(*borders),
        "state": STATE if any(tensor.variable for tensor in graph.tensors) else "",
    }
    return filled(HEAD, **values)


def arena_in(header: str) -> int:
    """Return the bytes of arena that a model.h names; raise BadData where it names none."""
    found = re.search(r"^#define ZOO_ARENA_BYTES (\d+)", header, re.MULTILINE)
    if found is None:
        raise BadData(f"{HEADER} names no ZOO_ARENA_BYTES; export the model again.")
    return int(found[1])


def golden_source(rows: np.ndarray, answers: np.ndarray, borders: Sequence[Border]) -> str:
    """Return model_golden.h: prepared `rows` and the model's `answers`, in the types at the file's ends."""
    named = zip(("zoo_golden_inputs", "zoo_golden_outputs"), borders, (rows, answers), strict=True)
    tables = [Table(name, c_type(end), end.enter(values).ravel()) for name, end, values in named]
    return filled(VECTORS, count=len(rows), tables="".join(map(Table.text, tables)))


def made_rows(calibration: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return rows of numbers drawn between the least and the largest of each cell of the `calibration` rows.

    None of these is among them: no row of the data leaves with a file.
    """
    random = np.random.default_rng(seed)
    low, high = calibration.min(axis=0), calibration.max(axis=0)
    shape = (max(1, min(ROWS, NUMBERS // max(low.size, 1))), *low.shape)
    if calibration.dtype.kind in "iu":
        return random.integers(low, high, shape, calibration.dtype, endpoint=True)
    return random.uniform(low, high, shape).astype(calibration.dtype)
