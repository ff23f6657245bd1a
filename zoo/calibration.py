"""Calibration: the training rows that show a converter which ranges its integers must cover."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np

from zoo.dataset import Split

ROWS = 300
BEYOND = 2.0  # how far forecasts may leave the range of the training rows: without it, integers clip every trend


def calibration_rows(split: Split, seed: int, limit: int = ROWS, beyond: float = 1.0) -> np.ndarray:
    """Return up to `limit` rows of `split`, drawn with `seed`; classes keep their share and quantities their spread.

    Forecasts of several steps are told apart by their mean. With `beyond` over 1, each row comes so many times as
    large as well: the later values of a series often lie outside the range of the earlier ones.
    """
    shuffled = np.random.default_rng(seed).permutation(len(split))
    answers = split.y if split.y.ndim == 1 else split.y.mean(axis=1)
    by_answer = shuffled[np.argsort(answers[shuffled], kind="stable")]
    count = min(limit, len(split))
    rows = split.x[np.sort(by_answer[np.arange(count) * len(split) // count])]
    return rows if beyond == 1 else np.concatenate([rows, (rows * beyond).astype(rows.dtype)])


def described(rows: np.ndarray) -> dict[str, Any]:
    """Return what a report says of calibration rows: how many they are, and the sha256 of their bytes."""
    return {"rows": len(rows), "sha256": sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()}
