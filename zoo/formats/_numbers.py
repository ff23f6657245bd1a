"""Kinds of numbers, and how many of a file's operators compute in integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

INTEGERS = ("int4", "int8", "uint8", "int16")  # of wider ones are shapes and indices
FLOATS = ("float16", "float32", "float64")
BORDER = ("QUANTIZE", "DEQUANTIZE", "CAST")  # between kinds of numbers


class Tally(NamedTuple):
    """Operators on numbers, not on shapes: those in `integers` alone, all that are `computing`, conversions left out.

    `converting` are those conversions that have integers on one side.
    """

    integers: int
    computing: int
    converting: int


def tallied(by_kind: Mapping[str, Mapping[str, int]]) -> Tally:
    """Return how many operators compute in integers, out of those counted by their kind, then by name.

    Kinds are those of `zoo.formats._kinds.kind_of`; weights do not count, so that `integers` of `computing` is what
    `zoo.formats._operators.integer_share` gives.
    """
    integers = computing = converting = 0
    for kind, counts in by_kind.items():
        flow = {*kind.partition(" with ")[0].replace(" to ", "+").split("+")}
        borders = sum(count for name, count in counts.items() if name in BORDER)
        others = sum(counts.values()) - borders
        computing += others if flow & {*INTEGERS, *FLOATS} else 0
        integers += others if flow & {*INTEGERS} and not flow & {*FLOATS} else 0
        converting += borders if flow & {*INTEGERS} else 0
    return Tally(integers, computing, converting)
