"""Latency is that of one row, and nothing is timed that was not asked."""

from __future__ import annotations

import numpy as np

from zoo.proving.latency import CALLS, WARM_UP, latency_ms


class Counting:
    def __init__(self):
        self.shapes = []

    def predict(self, x):
        self.shapes.append(x.shape)
        return x


def test_every_call_has_one_row_and_the_first_ones_do_not_count():
    model = Counting()
    assert latency_ms(model, np.zeros((3, 8, 8, 1))) > 0
    assert set(model.shapes) == {(1, 8, 8, 1)}
    assert len(model.shapes) == WARM_UP + CALLS
