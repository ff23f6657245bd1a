"""What a study aims at: goals, limits, and the file that both are measured on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.claiming.ledger import Ledger
from search.trials import TrialRecord
from zoo.devices import FORMAT
from zoo.errors import BadValue, unknown
from zoo.formats import Variant, precisions_of
from zoo.goals import COSTS, GOALS, LOWER_IS_BETTER, direction, gain, shown

OF_A_FILE = ("bytes", "ram", "macs", "latency")  # what only a file tells exactly
_BYTES = {"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "kib": 2**10, "mib": 2**20}
_COUNTS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
UNITS: Mapping[str, Mapping[str, float]] = {  # by lower case
    **dict.fromkeys(("bytes", "ram"), _BYTES),
    **dict.fromkeys(("params", "macs"), _COUNTS),
    "latency": {"": 1, "ms": 1, "us": 1e-3, "s": 1e3},
}
_OF_SCORES = {"": 1, "%": 0.01}
_QUANTITY = re.compile(r"([-+]?[0-9][0-9_,]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+)\s*([a-zA-Z%µ]*)")


@dataclass(frozen=True)
class Limit:
    """The most that a cost or an error may be, or the least that a score must be."""

    name: str
    bound: float

    def excess(self, value: float) -> float:
        """Return by how much of the bound `value` is beyond it; 0 and less is within."""
        beyond = gain(self.name, self.bound) - gain(self.name, value)
        return beyond / abs(self.bound) if self.bound else beyond

    def words(self) -> str:
        """Return the limit for reading."""
        side = "most" if self.name in LOWER_IS_BETTER else "least"
        return f"at {side} {shown(self.name, self.bound)}"

    def broken(self, value: float) -> str:
        """Return in words how `value` is beyond the limit."""
        return f"{self.name} is {shown(self.name, value)}, {self.words()} are wanted"

    def __str__(self) -> str:
        return f"{self.name}={self.bound:.15g}"


@dataclass(frozen=True)
class Aims:
    """Goals in the order in which they were asked for, limits, and precision and format of the file that is measured.

    With `strip` that file is without what running it does not need, as files of some formats always are.

    `metric` is the first goal that is one: what training watches, and what trials are compared by at rungs.
    """

    metric: str
    goals: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    precision: str = "float32"
    strip: bool = False
    format: str = FORMAT

    @property
    def variant(self) -> Variant:
        """The kind of file that goals and limits are about, which is the one to ship."""
        return Variant(self.format, self.precision)

    @property
    def objectives(self) -> tuple[str, ...]:
        """The goals as Optuna has them: the metric first."""
        return self.metric, *(goal for goal in self.goals if goal != self.metric)

    @property
    def directions(self) -> tuple[str, ...]:
        """Whether each of the objectives is to minimize or to maximize."""
        return tuple(map(direction, self.objectives))

    @property
    def costs(self) -> tuple[str, ...]:
        """Every cost that is a goal or has a limit."""
        return tuple(dict.fromkeys(name for name in (*self.goals, *(one.name for one in self.limits)) if name in COSTS))

    @property
    def needs_file(self) -> bool:
        """Whether a trial's file has to be made to know what the trial is worth."""
        return self.precision != "float32" or any(name in OF_A_FILE for name in self.costs)

    @property
    def weighs_trained(self) -> bool:
        """Whether the file of each trained model is made and measured, and not one of its structure alone."""
        return self.precision != "float32" or "latency" in self.costs

    def rank(self, record: TrialRecord) -> tuple[float, ...]:
        """Return what the trials of a front are sorted by: the goals in order; of equals the smaller, then the earlier.

        The first one is the champion.
        """
        scores = dict(zip(self.objectives, record.scores or (record.value,), strict=True))
        return (*(-one for one in self.gains(scores)), record.parameters or 0, record.slot)

    def front(self, records: Iterable[TrialRecord]) -> tuple[TrialRecord, ...]:
        """Return the finished trials that none dominates, the champion first; of one goal that is the best one."""
        ledger = Ledger(records, self.directions[0], self.directions[1:])
        return tuple(sorted(ledger.front(), key=self.rank))

    def broken(self, known: Mapping[str, float]) -> dict[Limit, float]:
        """Return the limits that `known` metrics and costs are beyond, with the value of each."""
        met = ((limit, known.get(limit.name)) for limit in self.limits)
        return {limit: value for limit, value in met if value is not None and limit.excess(value) > 0}

    def scores(self, known: Mapping[str, float]) -> tuple[float, ...]:
        """Return the values of the objectives."""
        return tuple(known[name] for name in self.objectives)

    def gains(self, scores: Mapping[str, float]) -> tuple[float, ...]:
        """Return how good `scores` are by each goal, in the order of the goals; more is better."""
        return tuple(gain(name, scores[name]) for name in self.goals or (self.metric,))


def read_limits(texts: Iterable[str]) -> tuple[Limit, ...]:
    """Return the limits of texts like `bytes=20kB`, `ram=32KiB`, `latency=5ms`, `accuracy=0.95`.

    Raises UnknownName or BadValue for another name, unit or form, and for a name twice.
    """
    found: dict[str, Limit] = {}
    for text in texts:
        limit = _limit(text)
        if limit.name in found:
            raise BadValue(f"{limit.name} has two limits, {found[limit.name]} and {limit}. Remove one of them.")
        found[limit.name] = limit
    return tuple(found.values())


def require_precision(precision: str) -> None:
    """Raise UnknownName for a precision in which no file is made that a study could measure."""
    if precision not in precisions_of(FORMAT):
        raise unknown("precision", precision, precisions_of(FORMAT))


def _limit(text: str) -> Limit:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise BadValue(f"--limit is '{text}'; it reads NAME=VALUE. Try --limit bytes=20kB.")
    every = [*COSTS, *(metric for metrics in GOALS.values() for metric in metrics)]
    if name not in every:
        raise unknown("limit", name, every)
    units, match = UNITS.get(name, _OF_SCORES), _QUANTITY.fullmatch(value)
    unit = match and match[2].lower().replace("µ", "u")
    if unit not in units:
        known = ", ".join(filter(None, units))
        raise BadValue(
            f"--limit {name} is '{value}'; it takes a number and perhaps {known}. Try --limit {_EXAMPLES[name]}."
        )
    number = float(match[1].replace(",", "").replace("_", ""))
    if name in COSTS and number <= 0:
        raise BadValue(f"--limit {name} is '{value}'; every model has some. Try --limit {_EXAMPLES[name]}.")
    return Limit(name, round(number * units[unit], 12))


_EXAMPLES = {
    **{"bytes": "bytes=20kB", "ram": "ram=32KiB", "params": "params=10k", "macs": "macs=1M", "latency": "latency=5ms"},
    **{metric: f"{metric}=0.9" for metrics in GOALS.values() for metric in metrics},
}
