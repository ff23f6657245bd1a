"""The edges of a panel of scores, so that what matters fills it, and round numbers along them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from search.pictures._chart import Ticks
from zoo.goals import gain

MARGIN = 0.06  # of the range, beyond the outermost points
FAR = 1.5  # times the range of the finished trials: beyond it a stopped one stands at the edge
MOST_TICKS = 7


@dataclass(frozen=True)
class Frame:
    """Where a panel ends; `worst` is the edge of low scores, where those stand that are far off or have none."""

    left: float
    right: float
    low: float
    high: float
    worst: float
    cut: float  # the score up to which trials stand in their own places

    def height(self, goal: str, score: float) -> float:
        """Return where a score stands."""
        return score if gain(goal, score) >= gain(goal, self.cut) else self.worst


def frame_of(xs: Sequence[float], log: bool, goal: str, finished: Sequence[float], others: Sequence[float]) -> Frame:
    """Return the frame of places `xs` and of scores: all `finished` ones inside, `others` where they are near.

    Bounds of limits are handed in among those that must be inside.
    """
    gains = [gain(goal, score) for score in finished]
    span = max(gains) - min(gains) if gains else 0.0
    cut = min(gains) - FAR * span if span else -math.inf
    kept = [score for score in others if gain(goal, score) >= cut]
    low, high = wider([*finished, *kept], False)
    worst = low if gain(goal, 1.0) > 0 else high
    return Frame(*wider(xs, log), low, high, worst, gain(goal, cut))


def wider(values: Sequence[float], log: bool) -> tuple[float, float]:
    """Return the ends of an axis that has all values inside."""
    low, high = min(values), max(values)
    if log:
        more = (high / low) ** MARGIN if high > low else 2.0
        return low / more, high * more
    more = MARGIN * (high - low) or abs(high) * MARGIN or 1.0
    return low - more, high + more


def round_ticks(low: float, high: float, log: bool) -> Ticks:
    """Return round numbers between two ends: 2k, 5k, 10k ..."""
    if log:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        places = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
        kept = [place for place in places if low <= place <= high]
        thin = kept if len(kept) <= MOST_TICKS else [place for place in kept if math.log10(place).is_integer()]
        return [(place, short_number(place)) for place in thin]
    steps = (digit * 10.0**power for power in range(-9, 15) for digit in (1, 2, 5))
    step = next(step for step in steps if (high - low) / step < MOST_TICKS)
    places = range(math.ceil(max(low, 0) / step), math.floor(high / step) + 1)
    return [(place * step, short_number(place * step)) for place in places]


def short_number(value: float) -> str:
    """Return a count for an axis: 500, 2k, 1.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
