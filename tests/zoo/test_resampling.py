"""Sound at another rate, against SciPy's polyphase filter and against sines that are known at every rate."""

from math import gcd

import numpy as np
import pytest

from zoo.resampling import BETA, CROSSINGS, CUTOFF, resampled

from .recordings import tone

PAIRS = [(44_100, 16_000), (8_000, 16_000), (16_000, 8_000), (22_050, 16_000), (11_025, 8_000), (48_000, 16_000)]


@pytest.mark.parametrize(("rate", "to"), PAIRS)
def test_it_equals_scipys_polyphase_filter_with_the_same_window(rate, to):
    from scipy.signal import resample_poly

    samples = np.random.default_rng(0).normal(size=rate // 20)
    up, down = to // gcd(rate, to), rate // gcd(rate, to)
    width = max(up, down) / CUTOFF  # of the sinc, at the common rate
    half = int(np.ceil(CROSSINGS * width))
    times = np.arange(-half, half + 1) / width
    taps = np.sinc(times) * np.i0(BETA * np.sqrt(np.clip(1 - (times / CROSSINGS) ** 2, 0, None)))
    taps[np.abs(times) > CROSSINGS] = 0
    oracle = resample_poly(samples, up, down, window=taps / taps.sum())
    found = resampled(samples, rate, to)
    assert found.dtype == np.float32
    assert len(found) == len(oracle)
    np.testing.assert_allclose(found, oracle, atol=2e-3 * np.abs(oracle).max())


@pytest.mark.parametrize(("rate", "to"), PAIRS)
def test_a_tone_stays_that_tone(rate, to):
    found, oracle = resampled(tone(1000, 0.2, rate), rate, to), tone(1000, 0.2, to)
    inner = slice(len(oracle) // 4, -len(oracle) // 4)
    np.testing.assert_allclose(found[inner], oracle[inner], atol=1e-3)


def test_what_the_new_rate_cannot_hold_is_gone():
    assert np.abs(resampled(tone(6000, 0.2, 16_000), 16_000, 8_000)[400:-400]).max() < 1e-4


def test_the_same_rate_changes_nothing():
    samples = tone(440).astype(np.float32)
    np.testing.assert_array_equal(resampled(samples, 8000, 8000), samples)


@pytest.mark.parametrize("rate", [1_001, 7_999, 44_056, 383_999])
@pytest.mark.parametrize("length", [1, 2, 1000])
def test_odd_rates_and_single_samples_keep_their_duration(rate, length):
    found = resampled(np.ones(length), rate, 16_000)
    assert abs(len(found) - length * 16_000 / rate) <= 1.01
    assert np.isfinite(found).all()
