"""Proof: does an exported file answer as the model it was made from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zoo.dataset import Split
from zoo.evaluation import Predictor
from zoo.metrics import METRICS

SINGLES = 8  # rows that are asked one by one as well
SAME = 1e-4  # by how much a probability may depend on the size of the batch
ROUNDING = 1e-9  # .99 - .98 is a little over .01 in binary


@dataclass(frozen=True)
class Tolerance:
    """What a file may differ by: in any probability, in the share of equal labels, in points of the metric."""

    max_abs_diff: float | None = None
    label_agreement: float | None = None
    metric_drop: float | None = None


TOLERANCES: Mapping[str, Tolerance] = {
    "float32": Tolerance(max_abs_diff=1e-4),
    "int8": Tolerance(label_agreement=0.98, metric_drop=0.01),
}


@dataclass(frozen=True)
class Proof:
    """How far a file's probabilities, labels and `metric` are from its source's; `metric_change` is a gain if positive.

    The differences are null where an answer is not a finite number; `reasons` says why a proof failed.
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


def prove(reference: Predictor, candidate: Predictor, split: Split, precision: str, metric: str = "accuracy") -> Proof:
    """Compare the candidate's answers to `split` with the reference's, within the tolerance of `precision`.

    `metric` is one of which more is better. The first rows are asked once more one at a time: a file must not
    answer differently in company.
    """
    expected, found = reference.predict(split.x), candidate.predict(split.x)
    tolerance = TOLERANCES[precision]
    figures = _figures(expected, found, split.y, metric)
    singles = [candidate.predict(split.x[row : row + 1]) for row in range(min(SINGLES, len(split)))]
    reasons = (*_beyond(figures, tolerance), *_moody(np.concatenate(singles), found))
    return Proof(passed=not reasons, rows=len(split), metric=metric, tolerance=tolerance, reasons=reasons, **figures)


def _figures(expected: np.ndarray, found: np.ndarray, labels: np.ndarray, metric: str) -> dict[str, float | None]:
    names = ("max_abs_diff", "mean_abs_diff", "label_agreement", "metric_change")
    if found.shape != expected.shape or not np.isfinite(found).all() or not np.isfinite(expected).all():
        return dict.fromkeys(names)
    difference = np.abs(found.astype("float64") - expected)
    agreement = np.mean(found.argmax(axis=1) == expected.argmax(axis=1))
    change = METRICS[metric](found, labels) - METRICS[metric](expected, labels)
    return dict(zip(names, map(float, (difference.max(), difference.mean(), agreement, change)), strict=True))


def _beyond(figures: Mapping[str, float | None], tolerance: Tolerance) -> Iterator[str]:
    if None in figures.values():
        yield "the answers are not finite numbers of the expected shape"
        return
    difference, agreement, change = (figures[k] for k in ("max_abs_diff", "label_agreement", "metric_change"))
    if tolerance.max_abs_diff is not None and difference > tolerance.max_abs_diff:
        yield f"a probability differs by {difference:.2g}, more than {tolerance.max_abs_diff:g}"
    if tolerance.label_agreement is not None and agreement < tolerance.label_agreement:
        yield f"{agreement:.4g} of the labels agree, fewer than {tolerance.label_agreement:g}"
    if tolerance.metric_drop is not None and -change > tolerance.metric_drop + ROUNDING:
        yield f"the metric drops by {-change:.4g}, more than {tolerance.metric_drop:g}"


def _moody(singles: np.ndarray, together: np.ndarray) -> Iterator[str]:
    difference = np.abs(singles - together[: len(singles)]).max(initial=0.0)
    if difference > SAME:
        yield f"a row asked alone gets a probability {difference:.2g} away from its answer in company"
