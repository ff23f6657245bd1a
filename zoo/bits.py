"""Bits: how many each weight matrix of a small file was given, and what a sensitivity scan knew of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LEAST = 4  # bits, of which all matrices of an int4 file are


@dataclass(frozen=True)
class StoredMatrix:
    """One weight matrix on its grid of `bits`; `name` is the file's own, `operator` the first that reads it.

    Of its `channels`, each with a grid of its own, the grids of `clipped` do not reach their largest weights: their
    squared error is least so. `away` is what the scan found: how far this matrix alone in four bits puts the answers,
    as a part of how far these are from each other; None without a scan, or where answers were not finite.
    """

    name: str
    operator: str
    shape: tuple[int, ...]
    bits: int
    channels: int
    clipped: int
    away: float | None = None


@dataclass(frozen=True)
class Bits:
    """The weight matrices of a file in the order of its tensors, and the rows of the scan; None where there was none.

    `within` is how far away from the float file's answers all of them together may put the answers to these rows.
    """

    matrices: tuple[StoredMatrix, ...]
    scanned_rows: int | None = None
    within: float | None = None

    @property
    def is_int4(self) -> bool:
        """Whether all have four bits: then a mixed file is the int4 one, byte for byte."""
        return all(one.bits == LEAST for one in self.matrices)

    def to_json(self) -> dict[str, Any]:
        """Return the bits as plain JSON values."""
        matrices = [{**asdict(one), "shape": list(one.shape)} for one in self.matrices]
        told = {"scanned_rows": self.scanned_rows, "within": self.within, "equals_int4": self.is_int4}
        return {**told, "matrices": matrices}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Bits:
        """Return what `to_json` gave."""
        matrices = (StoredMatrix(**{**one, "shape": tuple(one["shape"])}) for one in values["matrices"])
        return cls(tuple(matrices), values["scanned_rows"], values["within"])

    def line(self) -> str:
        """Return in a line of words what was mixed."""
        by_scan = f", by a scan on {self.scanned_rows:,} rows" if self.scanned_rows else ""
        same = ": the same file as int4" if by_scan and self.is_int4 else ""
        return f"weights   {self._counted()}{by_scan}{same}"

    def _counted(self) -> str:
        count, few = len(self.matrices), sum(one.bits == LEAST for one in self.matrices)
        if not count:
            return "no matrices"
        plural = "matrix" if count == 1 else "matrices"
        if few in (0, count):
            all_ = "the one" if count == 1 else f"all {count}"
            return f"{all_} {plural} in {self.matrices[0].bits} bits"
        return f"{few} of {count} {plural} in {LEAST} bits, {count - few} in 8"

    def write(self, file: Path) -> None:
        """Leave the bits beside the model `file` that they are of, for `taken_bits`."""
        _beside(file).write_text(json.dumps(self.to_json(), allow_nan=False), "utf-8")


def taken_bits(file: Path) -> Bits | None:
    """Return the bits that were left beside the model `file`, and take them away; None where there are none."""
    beside = _beside(file)
    if not beside.exists():
        return None
    found = Bits.from_json(json.loads(beside.read_text("utf-8")))
    beside.unlink()
    return found


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.bits.json")
