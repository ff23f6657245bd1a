"""Calibration: the training rows that show a converter which ranges its integers must cover."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np

from zoo.dataset import Split

ROWS = 300


def calibration_rows(split: Split, seed: int, limit: int = ROWS) -> np.ndarray:
    """Return up to `limit` rows of `split`, drawn with `seed`; classes keep their share and quantities their spread."""
    shuffled = np.random.default_rng(seed).permutation(len(split))
    by_answer = shuffled[np.argsort(split.y[shuffled], kind="stable")]
    count = min(limit, len(split))
    return split.x[np.sort(by_answer[np.arange(count) * len(split) // count])]


def described(rows: np.ndarray) -> dict[str, Any]:
    """Return what a report says of calibration rows: how many they are, and the sha256 of their bytes."""
    return {"rows": len(rows), "sha256": sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()}
