"""Artifact: what an export leaves, as a value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zoo.bits import Bits
from zoo.evaluation import Report
from zoo.formats._facts import Facts
from zoo.proving.footprint import Footprint
from zoo.proving.proof import Proof


@dataclass(frozen=True)
class Artifact:
    """One exported bundle, or, where `skipped` gives a reason, the variant that cannot be made or would be pointless.

    `bytes` counts the model file alone (a SavedModel's files summed), `gzip_bytes` the same compressed; `facts` is
    what the file says of the memory and work it takes, `latency_ms` how long one row takes, on request; `sha256` is
    the bundle's hash; `validation` is measured on validation rows, `test` on test rows once those were opened.
    `footprint` is what the file takes of the device that it is for, where one was named; `bits` is how many each weight
    matrix of an int4 or mixed file has; `lost` says that it was skipped since its converter crashed, hung or filled the
    memory.
    """

    format: str
    precision: str
    path: Path | None = None
    bytes: int | None = None
    gzip_bytes: int | None = None
    facts: Facts = Facts()
    latency_ms: float | None = None
    sha256: str | None = None
    proof: Proof | None = None
    validation: Report | None = None
    test: Report | None = None
    skipped: str | None = None
    footprint: Footprint | None = None
    bits: Bits | None = None
    lost: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the artifact as plain JSON values; what does not apply is null."""
        return {
            "path": None if self.path is None else str(self.path),
            "format": self.format,
            "precision": self.precision,
            **self.costs(),
            "sha256": self.sha256,
            "validation": _metrics(self.validation),
            "test": _metrics(self.test),
            "proof": None if self.proof is None else self.proof.to_json(),
            "skipped": self.skipped,
            "footprint": None if self.footprint is None else self.footprint.to_json(),
            "bits": None if self.bits is None else self.bits.to_json(),
        }

    def costs(self) -> dict[str, Any]:
        """Return what the file takes as plain JSON values: bytes, memory, operators, work, time."""
        sizes = {"bytes": self.bytes, "gzip_bytes": self.gzip_bytes}
        return {**sizes, **asdict(self.facts), "latency_ms": self.latency_ms}

    def report_json(self) -> dict[str, Any]:
        """Return what the bundle's report says of the file: its worth on each split that was opened, and its costs."""
        splits = {"validation": self.validation, "test": self.test}
        reports = {name: None if report is None else report.to_json() for name, report in splits.items()}
        return {**reports, **self.costs()}


def _metrics(report: Report | None) -> dict[str, float] | None:
    return None if report is None else dict(report.metrics)
