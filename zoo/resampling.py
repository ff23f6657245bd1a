"""Sound at another rate: a windowed sinc, as one matrix product (Crochiere and Rabiner 1983, chapter 4)."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

CROSSINGS = 16  # of zero by the sinc, on each side
BETA = 8.0  # Kaiser's window: what is folded back is below -80 dB
CUTOFF = 0.92  # of the lower Nyquist frequency: the filter falls off between .84 and 1
MOST_PHASES = 1_000
_BLOCK = 1 << 22  # numbers that are held at once


def resampled(samples: np.ndarray, rate: int, to: int) -> np.ndarray:
    """Return `samples` (n,) of `rate` Hz as float32 (ceil(n * to / rate),) of `to` Hz; silence lies around the sound.

    Odd pairs of rates are taken for the nearest ratio of numbers up to 1,000, which is right to a millionth.
    """
    ratio = _ratio(rate, to)
    up, down = ratio.numerator, ratio.denominator
    if up == down or not len(samples):
        return np.asarray(samples, np.float32)
    filters, reach = _filters(up, down)
    blocks = -(-len(samples) // down)  # each gives `up` numbers for `down`
    padded = np.zeros(blocks * down + 2 * reach, np.float32)
    padded[reach : reach + len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(filters))[::down]
    found = np.empty((blocks, up), np.float32)
    step = max(1, _BLOCK // len(filters))
    for at in range(0, blocks, step):
        found[at : at + step] = np.ascontiguousarray(windows[at : at + step]) @ filters
    return found.ravel()[: -(-len(samples) * up // down)]


def _ratio(rate: int, to: int) -> Fraction:
    """Return `to / rate`, or its neighbour whose numerator and denominator are at most MOST_PHASES."""
    if to > rate:
        return 1 / Fraction(rate, to).limit_denominator(MOST_PHASES)
    return Fraction(to, rate).limit_denominator(MOST_PHASES)


@lru_cache(maxsize=8)
def _filters(up: int, down: int) -> tuple[np.ndarray, int]:
    """Return (reach + down + reach, up) weights of `down` samples and their neighbours, a column a new sample.

    Column p is the sinc around the time p * down / up, in old samples; each is scaled so that a constant stays.
    """
    widening = max(1.0, down / up) / CUTOFF  # of the sinc, so that it lets through the lower band only
    reach = int(np.ceil(CROSSINGS * widening))
    times = np.arange(-reach, down + reach)[:, np.newaxis] - np.arange(up) * (down / up)
    inside = np.clip(1 - (times / (CROSSINGS * widening)) ** 2, 0, None)
    weights = np.sinc(times / widening) * np.i0(BETA * np.sqrt(inside)) * (inside > 0)
    return (weights / weights.sum(axis=0)).astype(np.float32), reach
