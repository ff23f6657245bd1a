"""Latency: how long a model takes for one row."""

from __future__ import annotations

import statistics
import time

import numpy as np

from zoo.evaluation import Predictor

WARM_UP, CALLS = 10, 100


def latency_ms(model: Predictor, rows: np.ndarray) -> float:
    """Return the median time in ms of 100 calls of `model` with one of `rows` each, after 10 more to warm up.

    The thread count is the model's own: a LiteRT file is opened on one. Another busy process makes it slower.
    """
    taken = []
    for call in range(WARM_UP + CALLS):
        row = rows[call % len(rows)][np.newaxis]
        began = time.perf_counter()
        model.predict(row)
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken[WARM_UP:])
