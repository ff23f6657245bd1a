"""Does TensorFlow Lite Micro's own interpreter answer as the file does, in the arena that its header names?"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from zoo.dataset import Split
from zoo.evaluation import Predictor
from zoo.formats._c_source import HEADER, arena_in
from zoo.formats.c_array import CArray
from zoo.profiling.interpreter import MicroInterpreter, NotAsked, NotRun
from zoo.proving.proof import SINGLES, Proof, prove

NAME = "TensorFlow Lite Micro's interpreter"
APART = 0.25  # that kernels which round otherwise, layer upon layer, may put a probability of int8


@dataclass(frozen=True)
class OnMicro:
    """What the interpreter of the package tflite-micro, of this `version`, made of a file in `arena_bytes`.

    `max_abs_diff` is how far any answer to the `rows` is from LiteRT's, None where there is no finite one; `reasons`
    says why the file fails: it does not start, does not run, or its answers are beyond the tolerance of its precision,
    or, of probabilities, more than APART away. `unasked` says why nothing is known of it, which fails nothing.
    """

    version: str
    rows: int
    arena_bytes: int
    max_abs_diff: float | None = None
    reasons: tuple[str, ...] = ()
    unasked: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "reasons": list(self.reasons)}


def asked_of_micro(
    interpreter: MicroInterpreter, file: Path, precision: str, model: Predictor, rows: Split
) -> OnMicro | None:
    """Ask the interpreter for the answers to some of the `rows` and compare them with those of `model`, LiteRT's.

    `file` is that of a C array, beside its header. Return None where the interpreter is not installed.
    """
    if interpreter.version is None:
        return None
    few = _few(rows)
    arena_bytes = arena_in(file.with_name(HEADER).read_text("ascii"))
    candidate = interpreter.opened(file, arena_bytes, CArray.borders(file))
    asked = OnMicro(interpreter.version, len(few), arena_bytes)
    try:
        found = prove(model, candidate, few, precision)
    except NotAsked as error:
        return replace(asked, rows=0, unasked=str(error))
    except NotRun as error:
        refused = f"{NAME} does not run it in an arena of {arena_bytes:,} bytes (ZOO_ARENA_BYTES): {error}"
        return replace(asked, reasons=(refused,))
    told = tuple(f"{NAME} answers otherwise than LiteRT: {reason}" for reason in _beyond(found, few.kind))
    return replace(asked, max_abs_diff=found.max_abs_diff, reasons=told)


def _few(rows: Split) -> Split:
    """Return some rows, from the first to the last."""
    places = np.linspace(0, len(rows) - 1, min(SINGLES, len(rows))).round().astype(int)
    return Split(rows.x[places], rows.y[places], rows.scale)


def _beyond(found: Proof, kind: str) -> tuple[str, ...]:
    """Return why answers are too far apart; of few rows labels alone would not tell."""
    away = found.max_abs_diff
    if found.reasons or kind != "classification" or away is None or away <= APART:
        return found.reasons
    return (f"a probability differs by {away:.2g}, more than {APART:g}",)
