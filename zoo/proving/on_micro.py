"""Does TensorFlow Lite Micro's own interpreter answer as the file does, in the arena that its header names?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zoo.dataset import Split
from zoo.evaluation import Predictor
from zoo.formats._c_source import HEADER, arena_in
from zoo.formats.c_array import CArray
from zoo.profiling.interpreter import MicroInterpreter, NotLoaded, NotRun
from zoo.proving.proof import SINGLES, prove

NAME = "TensorFlow Lite Micro's interpreter"


@dataclass(frozen=True)
class OnMicro:
    """What the interpreter of the package tflite-micro, of this `version`, made of a file in `arena_bytes`.

    `max_abs_diff` is how far any answer to the `rows` is from LiteRT's, None where there is no finite one; `reasons`
    says why the file fails: it does not start, does not run, or its answers are beyond the tolerance of its precision.
    """

    version: str
    rows: int
    arena_bytes: int
    max_abs_diff: float | None = None
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "reasons": list(self.reasons)}


def asked_of_micro(
    interpreter: MicroInterpreter, file: Path, precision: str, model: Predictor, rows: Split
) -> OnMicro | None:
    """Ask the interpreter for the answers to some of the `rows` and compare them with those of `model`, LiteRT's.

    `file` is that of a C array, beside its header. Return None where the interpreter is not
    installed, or does not load.
    """
    if interpreter.version is None:
        return None
    few = Split(rows.x[:SINGLES], rows.y[:SINGLES], rows.scale)
    arena_bytes = arena_in(file.with_name(HEADER).read_text("ascii"))
    candidate = interpreter.opened(file, arena_bytes, CArray.borders(file))
    known = {"version": interpreter.version, "rows": len(few), "arena_bytes": arena_bytes}
    try:
        found = prove(model, candidate, few, precision)
    except NotLoaded:
        return None
    except NotRun as error:
        refused = f"{NAME} does not run it in an arena of {arena_bytes:,} bytes (ZOO_ARENA_BYTES): {error}"
        return OnMicro(**known, reasons=(refused,))
    reasons = tuple(f"{NAME} answers otherwise than LiteRT: {reason}" for reason in found.reasons)
    return OnMicro(**known, max_abs_diff=found.max_abs_diff, reasons=reasons)
