"""The season of a series: after how many steps it repeats, where that is evident."""

from __future__ import annotations

import numpy as np

EVIDENT = 0.3  # the least autocorrelation of a season
CHANCE = 4.0  # of noise's standard deviation, 1 / sqrt(rows), which the best of many lags may reach
NEARLY = 0.9  # of the best lag's: a part of it as good as that is the season, and it a multiple
CYCLES = 3  # so many seasons must be there
LONGEST = 2_000  # steps: longer seasons are not looked for


def season_of(values: np.ndarray) -> int | None:
    """Return the season of `values` (rows,) in steps, 2 or more; None where none is evident.

    The series, less its straight line, must be at least .3 correlated with itself one season later, and more than
    chance explains. Short lags, where neighbours are alike in any smooth series, do not count: those before the
    autocorrelation first falls below zero (as pitch is found, de Cheveigne 2002). The best lag is taken, or its
    half, third ... where that is nearly as good.
    """
    rows, most = len(values), min(len(values) // CYCLES, LONGEST)
    if most < 2 or np.ptp(values) == 0:
        return None
    steps = np.arange(rows, dtype=np.float64)
    bent = values - np.polyval(np.polyfit(steps, values, 1), steps)
    found = autocorrelation(bent, most)
    negative = np.flatnonzero(found < 0)
    if not len(negative):
        return None
    first = max(2, int(negative[0]))
    best = first + int(found[first:].argmax()) if first < most else 0
    if found[best] < max(EVIDENT, CHANCE / np.sqrt(rows)) or best in (0, most):
        return None
    parts = (best / count for count in range(best // first, 0, -1))
    return next(lag for part in parts if found[lag := _peak(found, part)] >= NEARLY * found[best])


def _peak(found: np.ndarray, lag: float) -> int:
    """Return the best lag within a step or a twentieth of `lag`."""
    room = max(1, round(lag / 20))
    low = max(2, round(lag) - room)
    return low + int(found[low : round(lag) + room + 1].argmax())


def autocorrelation(values: np.ndarray, most: int) -> np.ndarray:
    """Return the correlation of `values` (rows,), of mean 0, with themselves 0 to `most` steps later (most + 1,).

    Each is a mean over the pairs that there are, by the variance of all.
    """
    rows = len(values)
    size = 1 << (2 * rows - 1).bit_length()
    power = np.abs(np.fft.rfft(values, size)) ** 2
    sums = np.fft.irfft(power, size)[: most + 1]
    return sums / np.arange(rows, rows - most - 1, -1) / (sums[0] / rows or 1.0)
