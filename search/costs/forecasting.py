"""How long a study will take from here, told by the trials that have ended."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import fmean

from search.trials import TrialRecord, Trials

SPREAD = 2.0  # of the range after one trial; over 45 recorded studies it held the truth three times in four


@dataclass(frozen=True)
class Forecast:
    """Seconds that something will take, and the range in which they probably lie."""

    seconds: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return the forecast as plain JSON values, no more precise than it is."""
        return {name: float(f"{value:.2g}") for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return f"about {in_words(self.seconds)} ({in_words(self.low)} to {in_words(self.high)})"


def within(seconds: float, factor: float) -> Forecast:
    """Return the forecast whose range goes from `seconds` divided by `factor` to as much times it."""
    return Forecast(seconds, seconds / factor, seconds * factor)


def time_left(records: Iterable[TrialRecord], trials: Trials, workers: int = 1, finalists: int = 0) -> Forecast | None:
    """Return how long the trials that are left will take, and after them `finalists` trainings on fresh seeds.

    `records` are in the order in which they ended or began. The later half of them tells: the first ones also started
    processes and made programs that later ones find made, and were seldom stopped early. A trial that runs is half
    done. None before the first trial has ended.
    """
    ended = [record for record in records if record.ended and record.seconds is not None]
    if not ended:
        return None
    recent = ended[len(ended) // 2 :]
    side_by_side = max(workers, trials.running, 1)
    left = max(0.0, trials.target - trials.total - min(trials.running, trials.target - trials.total) / 2)
    seconds = left * fmean(record.seconds for record in recent) / side_by_side
    seconds += _again(ended, min(finalists, trials.finished), max(workers, 1)) if finalists > 1 else 0.0
    return within(seconds, 1 + SPREAD / math.sqrt(len(recent)))


def in_words(seconds: float) -> str:
    """Return a span of time with one or two digits: 0.4 s, 40 s, 12 min, 3 h."""
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{_rounded(seconds / size)} {unit}"
    return f"{_rounded(seconds)} s"


def _again(ended: list[TrialRecord], count: int, workers: int) -> float:
    """Return how long it takes to train `count` of the finished trials once more."""
    whole = [record.seconds for record in ended if record.state == "finished"]
    return math.ceil(count / workers) * fmean(whole[len(whole) // 2 :]) if whole and count > 1 else 0.0


def _rounded(value: float) -> str:
    """Return a number with one digit below 20 and two above."""
    digits = 1 if value < 10 else 2
    return f"{float(f'{value:.{digits}g}'):g}"
