"""What preparing one row costs on the device, beside what the model costs: memory, and on request time."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from zoo.dataset import Splits
from zoo.lazy import in_memory
from zoo.rows import recoded

WARM_UP, CALLS = 3, 30


def preparation_effort(splits: Splits, timed: bool = False) -> dict[str, Any]:
    """Return the most bytes that a step holds, its rows in and out, for one validation row, and the steps' names.

    With `timed` also the median of 30 times in ms, of NumPy on one row. Numbers that the steps keep, such as a
    vocabulary, are in preparation.json and not counted.
    """
    row = _one_row(splits)
    held, at, names = 0, row, []
    for step in splits.preparation.steps:
        after = step.apply(at)
        held, at = max(held, _bytes(at) + _bytes(after)), after
        names.append(step.to_json()["name"])
    found = {"steps": names, "ram_bytes": held or _bytes(row)}
    return {**found, "milliseconds": _milliseconds(splits, row)} if timed else found


def _one_row(splits: Splits) -> np.ndarray:
    data, places = splits.dataset, splits.places
    first = in_memory(data.x[places.validation[:1]])
    return recoded(data, first, splits.preparation)


def _bytes(rows: np.ndarray) -> int:
    if rows.dtype.kind != "O":
        return rows.nbytes
    return sum(row.nbytes if isinstance(row, np.ndarray) else len(row.encode()) for row in rows)


def _milliseconds(splits: Splits, row: np.ndarray) -> float:
    taken = []
    for _ in range(WARM_UP + CALLS):
        began = time.perf_counter()
        splits.preparation.apply(row)
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken[WARM_UP:])
