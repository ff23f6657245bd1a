"""Near recordings: of spectra in time that correlate above .9999, whatever their loudness."""

from __future__ import annotations

import numpy as np

from zoo.checking.near._places import correlated
from zoo.dataset import Dataset

FRAMES, BANDS = 16, 32
_FAINT = 1e-8


def near_rows(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each wave of `others` (k,) of (samples,) the place of a near one in `base`, or -1."""
    return correlated(*(np.stack([spectrum(wave) for wave in waves]) for waves in (base, others)))


def spectrum(wave: np.ndarray) -> np.ndarray:
    """Return the logarithm of a wave's power in 16 stretches of time and 32 bands of frequency, (512,)."""
    wave = np.asarray(wave, np.float32)
    padded = np.pad(wave, (0, max(0, 2 * BANDS * FRAMES - len(wave))))
    parts = padded[: len(padded) // FRAMES * FRAMES].reshape(FRAMES, -1)
    power = np.abs(np.fft.rfft(parts, axis=1))[:, 1:] ** 2
    bands = np.stack([part.sum(axis=1) for part in np.array_split(power, BANDS, axis=1)])
    return np.log(bands + _FAINT).ravel()
