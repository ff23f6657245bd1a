"""Proof: does an exported file answer as the model it was made from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.dataset import Split
from zoo.evaluation import Predictor
from zoo.formats._facts import Facts
from zoo.goals import LOWER_IS_BETTER, gain, watched
from zoo.metrics import measure
from zoo.proving.paired import ClassChange, change_interval, worst_class

if TYPE_CHECKING:
    from zoo.proving.on_micro import OnMicro

SINGLES = 8  # rows that are asked one by one as well
TWICE = 512  # rows that are asked again
SAME = 1e-4  # by how much an answer may depend on the size of the batch
ROUNDING = 1e-9  # .99 - .98 is a little over .01 in binary
THING = {"classification": "a probability", "regression": "an answer"}
UNIT = {"classification": "", "regression": " standard deviations"}
IN_INTEGERS = ("int8", "int16x8")  # precisions that promise to compute so


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
    **dict.fromkeys(("dynamic", "int8", "int16x8", "int4", "mixed"), _INTEGERS),
}


@dataclass(frozen=True)
class Proof:
    """How far a file's answers, labels and `metric` are from its source's; `metric_change` is a gain if positive.

    Answers are probabilities, or quantities in standard deviations of the target; so is the change of an error of
    quantities. `metric_change_interval` holds it with 95 %, by the rows whose answers changed; `worst_class` is the
    one that lost most. `alone_diff` is how far a row asked alone is from its answer in company, `repeats` whether the
    same rows asked again got the same bits; `operators` counts the file's by the numbers they compute in; `micro` is
    what TensorFlow Lite Micro's own interpreter made of a C array, where it is installed. The differences are null
    where an answer is not a finite number, and labels agree for classes only; `reasons` says why a proof failed.
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
    metric_change_interval: tuple[float, float] | None = None
    worst_class: ClassChange | None = None
    alone_diff: float | None = None
    repeats: bool | None = None
    operators: Mapping[str, Mapping[str, int]] | None = None
    micro: OnMicro | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the proof as plain JSON values."""
        between = self.metric_change_interval
        lists = {"reasons": list(self.reasons), "metric_change_interval": between and list(between)}
        return {**asdict(self), **lists, "micro": self.micro and self.micro.to_json()}

    def of_file(self, facts: Facts, precision: str) -> Proof:
        """Return the proof with what the file says of itself: one of integers must compute in some."""
        told = replace(self, operators=facts.operators_by_kind)
        if precision not in IN_INTEGERS or facts.integer_share != 0:
            return told
        return replace(
            told, passed=False, reasons=(*self.reasons, f"no operator of this {precision} file computes in integers")
        )

    def on_micro(self, micro: OnMicro | None) -> Proof:
        """Return the proof with what TensorFlow Lite Micro's interpreter made of the file, which it may fail."""
        if micro is None:
            return self
        reasons = (*self.reasons, *micro.reasons)
        return replace(self, micro=micro, passed=self.passed and not micro.reasons, reasons=reasons)


def prove(
    reference: Predictor,
    candidate: Predictor,
    split: Split,
    precision: str,
    metric: str = "auto",
    part: str = "",
    classes: Sequence[str] = (),
) -> Proof:
    """Compare the candidate's answers to `split` with the reference's, within the tolerance of `precision`.

    `metric` is a goal of this kind of answer, `auto` its first; quantities are judged by rmse in place of r2, which
    has no unit. `part` names the part of the data that `split` is, for the reasons, `classes` are the names of the
    labels. One label that differs is always allowed, with what it costs: of few rows it would be over 2 %. The first
    rows are asked once more together and one at a time: a file must keep nothing from one call for the next, nor
    answer differently in company.
    """
    named = watched(metric, split.kind)
    judged = "rmse" if named == "r2" else named
    expected, found = reference.predict(split.x), candidate.predict(split.x)
    again = candidate.predict(split.x[:TWICE])
    singles = [candidate.predict(split.x[row : row + 1]) for row in range(min(SINGLES, len(split)))]
    tolerance, figures = TOLERANCES[precision][split.kind], _figures(expected, found, split, judged)
    alone = _away(np.concatenate(singles), found)
    repeats = np.array_equal(again, found[:TWICE], equal_nan=True)
    reasons = (
        *_beyond(figures, tolerance, split, _worsened(judged, part)),
        *_moody(alone, repeats, split.kind),
    )
    return Proof(
        passed=not reasons,
        rows=len(split),
        metric=judged,
        tolerance=tolerance,
        reasons=reasons,
        alone_diff=alone,
        repeats=repeats,
        **figures,
        **_paired(expected, found, split, judged, classes),
    )


def _figures(expected: np.ndarray, found: np.ndarray, split: Split, metric: str) -> dict[str, float | None]:
    if not _comparable(expected, found):
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


def _paired(
    expected: np.ndarray, found: np.ndarray, split: Split, metric: str, classes: Sequence[str]
) -> dict[str, Any]:
    if not _comparable(expected, found):
        return {}
    worst = worst_class(expected, found, split.y, classes) if split.scale is None else None
    return {"metric_change_interval": change_interval(metric, expected, found, split), "worst_class": worst}


def _comparable(expected: np.ndarray, found: np.ndarray) -> bool:
    return found.shape == expected.shape and bool(np.isfinite(found).all() and np.isfinite(expected).all())


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


def _moody(alone: float | None, repeats: bool, kind: str) -> Iterator[str]:
    if alone is not None and alone > SAME:
        yield f"a row asked alone gets {THING[kind]} {alone:.2g} away from its answer in company"
    if not repeats:
        yield "the same rows asked again get other answers, as if something was kept between calls"


def _away(singles: np.ndarray, together: np.ndarray) -> float | None:
    """Return how far the answers to single rows are from those in company; None where some are not finite."""
    difference = np.abs(singles - together[: len(singles)]).max(initial=0.0)
    return float(difference) if np.isfinite(difference) else None
