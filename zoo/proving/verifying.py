"""verify: does a bundle still answer as it should, on labelled rows that it has not seen?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.bundle import Bundle, load
from zoo.dataset import Split
from zoo.errors import Diverged
from zoo.evaluation import Z_95, Report, evaluate
from zoo.formats import carries_code, file_of
from zoo.goals import plain
from zoo.labelled.rows import Labelled, labelled_rows
from zoo.profiling.interpreter import MicroInterpreter
from zoo.proving.on_micro import OnMicro, asked_of_micro
from zoo.proving.proof import ROUNDING, Proof, prove
from zoo.proving.references import beside, given

if TYPE_CHECKING:
    import pandas as pd

    Data = str | Path | tuple[Any, Any] | pd.DataFrame


OWN = "this is the data that the model was made from: its test rows are taken"


@dataclass(frozen=True)
class Verification:
    """What came of repeating a bundle's proof; `reasons` says why it failed.

    `proof` compares the file with `reference`, a float32 bundle of the same weights. Where none is at hand both are
    None, and the file's `report` on these rows is compared with `recorded`, what the bundle says of itself. `worse`
    says how that has become worse by more than chance explains, "" if it has not or there is nothing to compare; with
    a reference it fails nothing, for the rows may differ. `notes` are what else should be known. `micro` is what
    TensorFlow Lite Micro's own interpreter makes of a C array today, where it is installed.
    """

    bundle: Bundle
    rows: int
    own: bool
    report: Report | None
    recorded: Mapping[str, Any]
    reference: Path | None
    proof: Proof | None
    worse: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    micro: OnMicro | None = None

    @property
    def passed(self) -> bool:
        """Return whether nothing speaks against the bundle."""
        return not self.reasons

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo verify --json` prints."""
        format_, precision = self.bundle.variant
        comparable = self.report is not None and self.recorded["metrics"] is not None
        return {
            **{"path": str(self.bundle.path), "sha256": self.bundle.sha256},
            **{"format": format_, "precision": precision},
            **{"passed": self.passed, "rows": self.rows, "own_test_rows": self.own},
            "metrics": None if self.report is None else dict(self.report.metrics),
            "recorded": dict(self.recorded),
            "worse_than_recorded": bool(self.worse) if comparable else None,
            "reference": None if self.reference is None else str(self.reference),
            "proof": None if self.proof is None else self.proof.to_json(),
            "micro": None if self.micro is None else self.micro.to_json(),
            "reasons": list(self.reasons),
            "notes": list(self.notes),
        }


def evaluate_bundle(
    bundle: Bundle | Path | str,
    data: Data,
    target: str | None = None,
    said: Callable[[str], None] = lambda text: None,
) -> Report:
    """Return what a bundle, or the one at a path, is worth on labelled `data`, as `labelled_rows` takes it.

    `said` hears when that is the data which the model was made from, of which only the test rows are taken, and what
    is odd about the rows.
    """
    loaded = bundle if isinstance(bundle, Bundle) else load(bundle)
    labelled = labelled_rows(loaded, data, target)
    for text in (*([OWN] if labelled.own else []), *labelled.notes):
        said(text)
    report = evaluate(loaded.model, labelled.split)
    return replace(report, bytes=loaded.report["bytes"])


def verify(
    bundle: Bundle | Path | str,
    data: Data,
    target: str | None = None,
    against: Bundle | Path | str | None = None,
) -> Verification:
    """Check a bundle's hashes, then repeat its proof on labelled `data`, as `labelled_rows` takes it.

    The reference is the float32 bundle `against`, or else one of the same weights beside this one. Without any, the
    file fails where its accuracy, or rmse, is worse than the bundle's report by more than chance explains (95 %). A
    bundle whose own proof failed at its export fails here as well.
    Raises BadData for a changed file, for rows that do not fit and for a reference of other weights.
    """
    loaded = bundle if isinstance(bundle, Bundle) else load(bundle)
    reference = beside(loaded) if against is None else given(against, loaded)
    labelled = labelled_rows(loaded, data, target)
    proof, rows = None, labelled.split
    if reference is not None:
        precision, metric = loaded.variant.precision, loaded.proof["metric"]
        proof = prove(reference.model, loaded.model, rows, precision, metric, classes=loaded.classes)
        proof = proof.of_file(loaded.facts, precision)
    return _judged(loaded, labelled, reference, proof)


def _judged(bundle: Bundle, labelled: Labelled, reference: Bundle | None, proof: Proof | None) -> Verification:
    rows, recorded = labelled.split, _recorded(bundle)
    try:
        report = evaluate(bundle.model, rows)
    except Diverged:
        report = None
    worse = "" if report is None or recorded["metrics"] is None else _worse(bundle, rows, report, recorded)
    found = tuple(_doubts(report, recorded, worse)) if proof is None else proof.reasons
    micro = _on_micro(bundle, rows)
    reasons = (*_failed_before(bundle.proof), *found, *(micro.reasons if micro else ()))
    notes = (*_notes(bundle, proof, worse), *labelled.notes)
    path = reference and reference.path
    return Verification(bundle, len(rows), labelled.own, report, recorded, path, proof, worse, reasons, notes, micro)


def _on_micro(bundle: Bundle, rows: Split) -> OnMicro | None:
    format_, precision = bundle.variant
    if not carries_code(format_):
        return None
    with MicroInterpreter() as interpreter:
        return asked_of_micro(interpreter, bundle.path / file_of(format_), precision, bundle.model, rows)


def _failed_before(proof: Mapping[str, Any]) -> Iterator[str]:
    if not proof["passed"]:
        why = "; ".join(proof["reasons"]).replace(" on validation rows", "") or "it does not say why"
        yield f"its own proof failed at export, on validation rows: {why}"


def _doubts(report: Report | None, recorded: Mapping[str, Any], worse: str) -> Iterator[str]:
    """Say what speaks against a bundle without a reference."""
    if report is None:
        yield "some answers are not finite numbers"
    elif recorded["metrics"] is None:
        yield "the bundle's report records no metrics to compare with, and there is no float32 bundle beside it"
    elif worse:
        yield worse


def _notes(bundle: Bundle, proof: Proof | None, worse: str) -> Iterator[str]:
    if worse and proof is not None:
        yield worse + ("; it answers as its source does, so these rows differ from those" if proof.passed else "")
    for name in bundle.unlisted:
        yield f"{bundle.path / name} is not in the manifest: no hash vouches for it. Remove it, or leave it unused"


def _recorded(bundle: Bundle) -> dict[str, Any]:
    """Return what the bundle's report says of itself: on test rows if those were opened, else on validation rows."""
    name = "test" if bundle.report["test"] else "validation"
    report = bundle.report[name] or {"rows": None, "metrics": None}
    return {"split": name, "rows": report["rows"], "metrics": report["metrics"]}


def _worse(bundle: Bundle, rows: Split, report: Report, recorded: Mapping[str, Any]) -> str:
    """Say where the mean loss of a row, 0 or 1 for a label and the squared error of a quantity, has risen too far.

    Errors of quantities are compared in standard deviations of the target, whatever its unit.
    """
    name = "accuracy" if rows.scale is None else "rmse"
    before, after = recorded["metrics"][name], report.metrics[name]
    shares = 1 / recorded["rows"] + 1 / len(rows)
    if rows.scale is None:
        pooled = (before * recorded["rows"] + after * len(rows)) / (recorded["rows"] + len(rows))
        risen, deviation = before - after, math.sqrt(pooled * (1 - pooled))
    else:
        answers = bundle.model.predict(rows.x).astype(np.float64).reshape(len(rows), -1)
        errors = np.square(answers - rows.y.reshape(answers.shape)).mean(axis=1)
        risen, deviation = float(errors.mean()) - (before / rows.scale.deviation) ** 2, float(errors.std())
    if risen <= Z_95 * deviation * math.sqrt(shares) + ROUNDING:
        return ""
    what = f"{name} is {plain(after)} here and was {plain(before)} on {recorded['split']} rows"
    return f"{what}, worse than chance explains"
