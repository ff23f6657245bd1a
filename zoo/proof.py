"""Proof: does an exported file answer as the model it was made from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zoo.dataset import Split
from zoo.evaluation import Predictor
from zoo.goals import LOWER_IS_BETTER, gain, watched
from zoo.metrics import measure

SINGLES = 8  # rows that are asked one by one as well
SAME = 1e-4  # by how much an answer may depend on the size of the batch
ROUNDING = 1e-9  # .99 - .98 is a little over .01 in binary
THING = {"classification": "a probability", "regression": "an answer"}
UNIT = {"classification": "", "regression": " standard deviations"}


@dataclass(frozen=True)
class Tolerance:
    """What a file may differ by: in any answer, in the mean of them, in the share of equal labels, in the metric."""

    max_abs_diff: float | None = None
    mean_abs_diff: float | None = None
    label_agreement: float | None = None
    metric_drop: float | None = None


_INTEGERS = {
    "classification": Tolerance(label_agreement=0.98, metric_drop=0.01),
    "regression": Tolerance(mean_abs_diff=0.05, metric_drop=0.02),
}
TOLERANCES: Mapping[str, Mapping[str, Tolerance]] = {
    "float32": dict.fromkeys(_INTEGERS, Tolerance(max_abs_diff=1e-4)),
    "float16": dict.fromkeys(_INTEGERS, Tolerance(max_abs_diff=1e-2)),
    "dynamic": _INTEGERS,
    "int8": _INTEGERS,
}


@dataclass(frozen=True)
class Proof:
    """How far a file's answers, labels and `metric` are from its source's; `metric_change` is a gain if positive.

    Answers are probabilities, or quantities in standard deviations of the target; so is the change of an error of
    quantities. The differences are null where an answer is not a finite number, and labels agree for classes only;
    `reasons` says why a proof failed.
    """

    passed: bool
    rows: int
    max_abs_diff: float | None
    mean_abs_diff: float | None
    label_agreement: float | None
    metric: str
    metric_change: float | None
    tolerance: Tolerance
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the proof as plain JSON values."""
        return {**asdict(self), "reasons": list(self.reasons)}


def prove(
    reference: Predictor, candidate: Predictor, split: Split, precision: str, metric: str = "auto", part: str = ""
) -> Proof:
    """Compare the candidate's answers to `split` with the reference's, within the tolerance of `precision`.

    `metric` is a goal of this kind of answer, `auto` its first; quantities are judged by rmse in place of r2, which
    has no unit. `part` names the part of the data that `split` is, for the reasons. One label that differs is always
    allowed, with what it costs: of few rows it would be over 2 %. The first rows are asked once more one at a time: a
    file must not answer differently in company.
    """
    named = watched(metric, split.kind)
    judged = "rmse" if named == "r2" else named
    expected, found = reference.predict(split.x), candidate.predict(split.x)
    tolerance = TOLERANCES[precision][split.kind]
    figures = _figures(expected, found, split, judged)
    singles = [candidate.predict(split.x[row : row + 1]) for row in range(min(SINGLES, len(split)))]
    reasons = (
        *_beyond(figures, tolerance, split, _worsened(judged, part)),
        *_moody(np.concatenate(singles), found, split.kind),
    )
    return Proof(passed=not reasons, rows=len(split), metric=judged, tolerance=tolerance, reasons=reasons, **figures)


def _figures(expected: np.ndarray, found: np.ndarray, split: Split, metric: str) -> dict[str, float | None]:
    if found.shape != expected.shape or not np.isfinite(found).all() or not np.isfinite(expected).all():
        return dict.fromkeys(("max_abs_diff", "mean_abs_diff", "label_agreement", "metric_change"))
    difference = np.abs(found.astype("float64") - expected)
    before, after = (gain(metric, measure(answers, split)[metric]) for answers in (expected, found))
    classes = split.scale is None
    return {
        "max_abs_diff": float(difference.max()),
        "mean_abs_diff": float(difference.mean()),
        "label_agreement": float(np.mean(found.argmax(axis=1) == expected.argmax(axis=1))) if classes else None,
        "metric_change": after - before if classes else (after - before) / split.scale.deviation,
    }


def _worsened(metric: str, part: str) -> str:
    """Return what is said of a metric that got worse."""
    return f"{metric} {'grows' if metric in LOWER_IS_BETTER else 'drops'}{f' on {part} rows' if part else ''}"


def _beyond(figures: Mapping[str, float | None], tolerance: Tolerance, split: Split, worsened: str) -> Iterator[str]:
    difference, mean, agreement, change = figures.values()
    if difference is None:
        yield "the answers are not finite numbers of the expected shape"
        return
    unit = UNIT[split.kind]
    if tolerance.max_abs_diff is not None and difference > tolerance.max_abs_diff:
        yield f"{THING[split.kind]} differs by {difference:.2g}{unit}, more than {tolerance.max_abs_diff:g}"
    if tolerance.mean_abs_diff is not None and mean > tolerance.mean_abs_diff:
        yield f"answers differ by {mean:.2g}{unit} on average, more than {tolerance.mean_abs_diff:g}"
    if agreement is not None and round((1 - agreement) * len(split)) <= 1:
        return
    if tolerance.label_agreement is not None and agreement < tolerance.label_agreement:
        yield f"{agreement:.4g} of the labels agree, fewer than {tolerance.label_agreement:g}"
    if tolerance.metric_drop is not None and -change > tolerance.metric_drop + ROUNDING:
        yield f"{worsened} by {-change:.4g}{unit}, more than {tolerance.metric_drop:g}"


def _moody(singles: np.ndarray, together: np.ndarray, kind: str) -> Iterator[str]:
    difference = np.abs(singles - together[: len(singles)]).max(initial=0.0)
    if difference > SAME:
        yield f"a row asked alone gets {THING[kind]} {difference:.2g} away from its answer in company"
