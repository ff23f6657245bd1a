"""An axis for any searched value: a place between 0 and 1 for each, and ticks that can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.pictures._chart import short

MOST_TICKS = 6


@dataclass(frozen=True)
class Axis:
    """Where values lie; `options` are there for choices only, `low` and `high` for numbers."""

    ticks: tuple[tuple[float, str], ...]
    options: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    log: bool = False

    def place(self, value: Any) -> float | None:
        """Return the value's place, None for a value that is not there."""
        if value is None:
            return None
        if self.options:
            return self.options.index(str(value)) / max(1, len(self.options) - 1)
        return _share(value, self.low, self.high, self.log)


def is_number(value: Any) -> bool:
    """Return whether a value is a number, True and False not counted."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: float) -> str:
    """Return a number as axes show it, in three digits or so."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def doubles(steps: Sequence[float]) -> bool:
    """Return whether sorted numbers grow by a factor of two or more from each to the next."""
    pairs = zip(steps, steps[1:], strict=False)
    return len(steps) > 2 and all(high >= 2 * low > 0 for low, high in pairs)


def axis_of(values: Sequence[Any], log: bool = False) -> Axis:
    """Return the axis of one parameter's values; steps that double lie on a logarithmic scale too."""
    known = [value for value in values if value is not None]
    if not known or not all(is_number(value) for value in known):
        options = tuple(dict.fromkeys(sorted(map(str, known))))
        ticks = tuple((place / max(1, len(options) - 1), short(option, 12)) for place, option in enumerate(options))
        return Axis(ticks, options)
    low, high, shown = min(known), max(known), sorted(set(known))
    log = (log and low > 0) or doubles(shown)
    if len(shown) > MOST_TICKS or not all(isinstance(value, int) for value in known):
        shown = [low, high] if low < high else [low]
    ticks = tuple((_share(value, low, high, log), number(value)) for value in shown)
    return Axis(ticks, (), float(low), float(high), log)


def _share(value: float, low: float, high: float, log: bool) -> float:
    if low == high:
        return 0.5
    if log:
        return math.log(value / low) / math.log(high / low)
    return (value - low) / (high - low)
