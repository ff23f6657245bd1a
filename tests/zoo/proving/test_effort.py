"""What preparing a row costs: counted by hand, timed on request."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoo.data import load_data
from zoo.proving.effort import preparation_effort
from zoo.splits import split


def test_the_memory_of_a_row_is_the_most_that_a_step_holds():
    rows = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40) % 7 / 3, "y": ["u", "v"] * 20})
    found = preparation_effort(split(load_data(rows, "y")))
    assert found == {"steps": ["impute", "standardise"], "ram_bytes": 2 * 8 + 2 * 8}


def test_bytes_of_images_that_need_no_step_cost_what_they_fill():
    images = np.random.default_rng(0).integers(0, 256, (30, 4, 5, 3)).astype(np.uint8)
    assert preparation_effort(split(load_data((images, np.arange(30) % 2)))) == {"steps": [], "ram_bytes": 60}


def test_time_is_told_on_request_only():
    splits = split(load_data("wine"))
    assert "milliseconds" not in preparation_effort(splits)
    assert 0 < preparation_effort(splits, timed=True)["milliseconds"] < 1000
