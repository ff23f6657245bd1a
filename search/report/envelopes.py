"""Envelopes: recordings as a few numbers each, enough to draw what their sound looks like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WIDTH = 160  # places along a recording, about as many as a small picture is pixels wide


def envelopes(waves: Sequence[np.ndarray], width: int = WIDTH) -> np.ndarray:
    """Return the lowest and highest sample of waves (samples,) at `width` places each: (waves, width, 2) float32."""
    found = [_envelope(np.asarray(wave, np.float32), width) for wave in waves]
    return np.stack(found) if found else np.zeros((0, width, 2), np.float32)


def _envelope(wave: np.ndarray, width: int) -> np.ndarray:
    if not wave.size:
        return np.zeros((width, 2), np.float32)
    begins = np.arange(width) * len(wave) // width  # in a shorter wave a sample fills several places
    return np.stack([part.reduceat(wave, begins) for part in (np.minimum, np.maximum)], axis=1)
