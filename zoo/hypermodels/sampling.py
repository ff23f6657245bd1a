"""Domains of a user's hyperparameters as KerasTuner words them: steps and scales become the values that they allow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from zoo.errors import BadValue
from zoo.space import Choice, Float, Int

SCALES = ("linear", "log", "reverse_log")
MOST = 1000  # values of a step; of more, as many are drawn from, evenly spread
DIGITS = 12  # of a number in steps: .3 rather than .30000000000000004
SPREAD = 64  # values of a scale without steps, where a domain has no such scale


def int_domain(name: str, low: int, high: int, step: int | None, sampling: str | None) -> Int:
    """Return whole numbers from `low` to `high` in steps that are added, on a log scale multiplied.

    On a log scale without a step, and on a reversed one, 64 of them are drawn from, evenly spread on that scale.
    """
    scale = _checked(name, low, high, step, sampling)
    if scale == "linear":
        return Int(low, high, search=_thinned(range(low, high + 1, step or 1)))
    points = _steps(low, high, step, scale) if step else _spread(low, high, scale)
    return Int(low, high, search=tuple(sorted({min(high, max(low, int(point + 1e-9))) for point in points})))


def float_domain(name: str, low: float, high: float, step: float | None, sampling: str | None) -> Float | Choice:
    """Return numbers from `low` to `high`; with a step, or on a reversed log scale, those that it allows."""
    low, high = float(low), float(high)
    scale = _checked(name, low, high, step, sampling)
    if step is None and scale != "reverse_log":
        return Float(low, high, log=scale == "log")
    points = _steps(low, high, step, scale) if step else _spread(low, high, scale)
    return Choice(*_thinned(sorted({float(f"{point:.{DIGITS}g}") for point in points})))


def _checked(name: str, low: float, high: float, step: float | None, sampling: str | None) -> str:
    scale = (sampling or "linear").lower()
    if scale not in SCALES:
        raise BadValue(f"{name} is sampled on {sampling}; a scale is {', '.join(SCALES)}. Try log.")
    if low > high:
        raise BadValue(f"{name} goes from {low} to {high}; low must not exceed high. Swap them.")
    if scale != "linear" and low <= 0:
        raise BadValue(f"{name} is logarithmic from {low}; low must be above 0. Try {high / 1000:g}.")
    least = 0 if scale == "linear" else 1
    if step is not None and step <= least:
        raise BadValue(f"{name} has the step {step}; on a {scale} scale it must be above {least}. Try {least + 1}.")
    return scale


def _steps(low: float, high: float, step: float, scale: str) -> Iterator[float]:
    """Yield the values that a step allows: added, or multiplied; a reversed scale counts down from the high end."""
    if scale == "linear":
        count = int((high - low) / step + 1e-8) + 1
        yield from (low + place * step for place in range(count))
        return
    count = int(math.log(high / low, step) + 1e-8) + 1
    powers = (low * math.pow(step, place) for place in range(count))
    yield from (high + low - power if scale == "reverse_log" else power for power in powers)


def _spread(low: float, high: float, scale: str) -> Iterator[float]:
    ratio = high / low
    for place in range(SPREAD):
        power = min(high, low * math.pow(ratio, place / (SPREAD - 1)))
        yield high + low - power if scale == "reverse_log" else power


def _thinned(points: Any) -> tuple[Any, ...]:
    """Return all points, or MOST of them that lie evenly, the first and the last among them."""
    if len(points) <= MOST:
        return tuple(points)
    return tuple(points[round(place * (len(points) - 1) / (MOST - 1))] for place in range(MOST))
