"""The C code of a whole preparation: its parts one after another, what the answers mean, and what all that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoo.microcontroller import C_PARTS
from zoo.microcontroller._answers import Pieces, labels, places, restoring
from zoo.microcontroller._values import Buffer, Part, Rows, Table, filled, in_comment
from zoo.preparation import Preparation

KINDS = {"table": "double", "image": "float", "series": "float", "audio": "float", "text": "char"}
PARAMETERS = {  # of what takes rows that have a size of their own
    "text": "const char *row",
    "audio": "const float *row, int32_t count",
    "image": "const $kind *row, int height, int width",
}
ARGUMENTS = {"text": "row", "audio": "row, count", "image": "row, height, width"}
ROWS = {
    "table": "one row of the table: numbers, NAN where one is missing",
    "series": "numbers, channel after channel of one time, then of the next; NAN once it has ended",
    "image": "pixels from the top left to the bottom right, the channels of each side by side",
    "audio": "samples from -1 to 1 of one channel, at $rate samples a second",
    "text": "a text in UTF-8",
}

HEADER = """\
/* Rows as this model takes them: what zoo.preparation does in Python, in C99 without malloc.
 *
 * A row is $row.
 * Compile preparation.c without -ffast-math, which takes missing numbers for none. Not reentrant.
 */
#ifndef ZOO_PREPARATION_H
#define ZOO_PREPARATION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZOO_RAW_SIZE $raw_size /* numbers of a row; 0 where rows have a size of their own */
#define ZOO_PREPARED_SIZE $prepared_size
#define ZOO_TABLES_BYTES $flash /* of flash */
#define ZOO_WORK_BYTES $ram /* of RAM, kept between calls */
#define ZOO_NOT_FINITE (-1)
#define ZOO_NOT_SERVED (-2)

/* Write the prepared row; return 0, ZOO_NOT_FINITE for a row with a number too large or missing where none may be,
 * or ZOO_NOT_SERVED for one that this code cannot prepare. */
int zoo_prepare($parameters, $prepared *prepared);
$declarations
/* Return how many of the rows in preparation_check.c are prepared otherwise than in Python: 0. */
int zoo_check_preparation(void);

#ifdef __cplusplus
}
#endif

#endif
"""
SOURCE = """\
/* Made together with preparation.json, of which it is the C code. Do not edit. */
#include "preparation.h"

#include <math.h>
#include <string.h>

$parts
int zoo_prepare($parameters, $prepared *prepared)
{
$body    return 0;
}
$definitions"""
CALL = """\
    if (($call) != 0)
        return ZOO_NOT_SERVED;
"""
FINITE = """\
    for (i = 0; i < ZOO_PREPARED_SIZE; i++) {
        prepared[i] = ($prepared)$last[i];
        if (!isfinite(prepared[i]))
            return ZOO_NOT_FINITE;
    }
"""
COPY = """\
    for (i = 0; i < ZOO_PREPARED_SIZE; i++)
        prepared[i] = ($prepared)$last[i];
"""


@dataclass(frozen=True)
class Sources:
    """A header and the C code of it, the bytes of its tables in flash and those that it works in, in RAM."""

    header: str
    code: str
    flash: int
    ram: int


def preparation_sources(preparation: Preparation, classes: Sequence[str] = ()) -> Sources:
    """Return the C code of a preparation and of its answers; raise Unsupported, naming it, for a step it has none of.

    `classes` are the names that a classifier answers, () where quantities are learned.
    """
    raw = raw_rows(preparation)
    parts = _parts(preparation, raw)
    calls, buffers, last = _calls(parts, raw, preparation)
    pieces = [labels(classes) if classes else restoring(preparation, raw), places(preparation)]
    buffers += [buffer for part in parts for buffer in part.buffers]
    tables = [table for one in (*parts, *pieces) for table in one.tables]
    taken = {"flash": sum(table.bytes for table in tables), "ram": sum(buffer.bytes for buffer in buffers)}
    names = _names(preparation, raw)
    header = _header(preparation, names, taken, pieces)
    return Sources(header, _code(parts, buffers, calls + last, names, pieces), **taken)


def raw_rows(preparation: Preparation) -> Rows:
    """Return one raw row as C takes it."""
    kind = "uint8_t" if preparation.dtype == "uint8" else KINDS[preparation.modality]
    return Rows(kind, preparation.raw_shape)


def parameters_of(preparation: Preparation, raw: Rows) -> str:
    """Return the parameters by which a C function takes a raw row."""
    if not preparation.is_ragged:
        return f"const {raw.kind} *row"
    return filled(PARAMETERS[preparation.modality], kind=raw.kind)


def _names(preparation: Preparation, raw: Rows) -> dict[str, str]:
    prepared = {"float32": "float", "uint8": "uint8_t", "int32": "int32_t"}[preparation.dtype]
    return {"parameters": parameters_of(preparation, raw), "prepared": prepared}


def _parts(preparation: Preparation, raw: Rows) -> list[Part]:
    """Return the C of each step, which goes from the rows that the one before it leaves."""
    found, rows = [], raw
    for place, step in enumerate(preparation.steps):
        name = step.to_json()["name"]
        found.append(C_PARTS.get(name)(step, f"{name}_{place}", rows))
        rows = found[-1].result
    return found


def _calls(parts: Sequence[Part], raw: Rows, preparation: Preparation) -> tuple[str, list[Buffer], str]:
    """Return the calls of the parts, the memory between them, and what brings the last rows into their place.

    A part writes over what it reads where it can; the last one writes the prepared row itself where types agree.
    """
    prepared = _names(preparation, raw)["prepared"]
    at, calls, buffers = ARGUMENTS[preparation.modality] if preparation.is_ragged else "row", "", []
    for place, (part, step) in enumerate(zip(parts, preparation.steps, strict=True)):
        is_last = place == len(parts) - 1 and part.result.kind == prepared
        is_own = bool(buffers) and at == buffers[-1].name and buffers[-1].kind == part.result.kind
        if not is_last and not (part.in_place and is_own):
            buffers.append(Buffer(f"rows_{place}", part.result.kind, part.result.size))
        to = "prepared" if is_last else buffers[-1].name
        calls += filled(CALL, call=f"{step.to_json()['name']}_{place}({at}, {to})")
        at = to
    is_done = at == "prepared" and prepared != "float"  # whole numbers are finite
    last = "" if is_done else filled(FINITE if prepared == "float" else COPY, prepared=prepared, last=at)
    return calls, buffers, last


def _header(preparation: Preparation, names: dict[str, str], taken: dict[str, int], pieces: Sequence[Pieces]) -> str:
    size = Rows("", preparation.shape_of_rows()).size
    sizes = {"raw_size": 0 if preparation.is_ragged else raw_rows(preparation).size, "prepared_size": size}
    row = filled(ROWS[preparation.modality], rate=preparation.facts.get("rate", 0)) + _columns(preparation)
    declared = "".join(f"\n{piece.declaration}" for piece in pieces if piece.declaration)
    return filled(HEADER, row=row, declarations=declared, **sizes, **taken, **names)


def _columns(preparation: Preparation) -> str:
    if preparation.modality != "table" or not preparation.columns:
        return ""
    kinds = dict.fromkeys(preparation.categories, ": zoo_place of its text")
    kinds |= dict.fromkeys(preparation.dates, ": seconds since 1970, UTC")
    columns = enumerate(preparation.columns)
    return "".join(f"\n *   {place} {in_comment(name)}{kinds.get(name, '')}" for place, name in columns)


def _code(
    parts: Sequence[Part], buffers: Sequence[Buffer], body: str, names: dict[str, str], pieces: Sequence[Pieces]
) -> str:
    working = "".join(buffer.text() for buffer in buffers)
    texts = ["".join(map(Table.text, part.tables)) + part.code for part in parts]
    counter = "    int i;\n\n" if "i++" in body else ""
    definitions = "".join("\n" + "".join(map(Table.text, piece.tables)) + piece.code for piece in pieces)
    return filled(SOURCE, parts="\n".join([working, *texts]), body=counter + body, definitions=definitions, **names)
