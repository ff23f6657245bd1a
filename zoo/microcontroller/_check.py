"""Golden vectors of a preparation as C code: rows, what Python makes of them, and a function that compares."""

from __future__ import annotations

import numpy as np

from zoo.microcontroller._samples import sample_rows
from zoo.microcontroller._sources import raw_rows
from zoo.microcontroller._values import Rows, Table, encoded, filled
from zoo.preparation import Preparation

COUNT, MOST = 3, 12_000  # rows, and numbers in all beyond which there is only one

SOURCE = """\
/* Golden vectors: made rows, of nobody's data, and what Python prepares of them. */
#include "preparation.h"

#include <math.h>

$tables
static $prepared found[ZOO_PREPARED_SIZE];

static int differs(const $prepared *expected)
{
    int i;

    for (i = 0; i < ZOO_PREPARED_SIZE; i++)
        if (!($same))
            return 1;
    return 0;
}

int zoo_check_preparation(void)
{
    int wrong = 0;

$calls    return wrong;
}

#ifdef ZOO_MAIN
int main(void)
{
    return zoo_check_preparation();
}
#endif
"""
CALL = """\
    wrong += zoo_prepare($arguments) != 0 || differs(prepared_$place);
"""
CLOSE = "fabsf(found[i] - expected[i]) <= 1e-5f * (1.0f + fabsf(expected[i]))"
EQUAL = "found[i] == expected[i]"


def check_source(preparation: Preparation, seed: int = 0) -> str:
    """Return C code whose `zoo_check_preparation` counts golden rows that zoo_prepare does not prepare as Python does.

    Numbers may differ by 1e-5 of their size, or by 1e-5 where they are below 1; bytes and tokens by nothing.
    """
    rows = sample_rows(preparation, COUNT, seed)
    prepared, raw = preparation.apply(rows), raw_rows(preparation)
    if sum(np.size(row) for row in (*rows, *prepared)) > MOST:
        rows, prepared = rows[:1], prepared[:1]
    kind = {"float32": "float", "uint8": "uint8_t", "int32": "int32_t"}[preparation.dtype]
    calls = [filled(CALL, arguments=_arguments(row, raw, place), place=place) for place, row in enumerate(rows)]
    tables = [
        table.text()
        for place, (row, expected) in enumerate(zip(rows, prepared, strict=True))
        for table in (_row_table(row, raw, place), Table(f"prepared_{place}", kind, expected.ravel()))
    ]
    same = CLOSE if kind == "float" else EQUAL
    return filled(SOURCE, tables="".join(tables), prepared=kind, same=same, calls="".join(calls))


def _row_table(row: np.ndarray | str, raw: Rows, place: int) -> Table:
    if isinstance(row, str):
        return Table(f"row_{place}", "uint8_t", [*encoded(row), 0])
    return Table(f"row_{place}", raw.kind, np.ravel(row))


def _arguments(row: np.ndarray | str, raw: Rows, place: int) -> str:
    """Return the arguments of zoo_prepare for one row: with its size where rows have one of their own."""
    if isinstance(row, str):
        return f"(const char *)row_{place}, found"
    sizes = "" if raw.shape else "".join(f"{side}, " for side in row.shape[:2])
    return f"row_{place}, {sizes}found"
