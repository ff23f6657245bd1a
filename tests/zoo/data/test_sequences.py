"""Which tables hold series: by what is named, and by whether their times and ids look like it."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadValue

ROWS = 60
RANDOM = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "t": np.arange(ROWS),
        "v": RANDOM.normal(size=ROWS),
        "a": RANDOM.normal(size=ROWS),
        "who": np.arange(ROWS) // 5,
        "kind": (np.arange(ROWS) // 5) % 2,
    }
)
UNEVEN = RANDOM.permutation(ROWS) ** 2


@pytest.mark.parametrize(
    ("frame", "options", "modality"),
    [
        (FRAME, {"target": "v", "time": "t"}, "series"),
        (FRAME, {"target": "v", "time": "t", "lookback": 4}, "series"),
        (FRAME[["t", "v"]].assign(t=UNEVEN), {"target": "v", "time": "t"}, "series"),
        (FRAME.assign(t=UNEVEN), {"target": "v", "time": "t"}, "table"),
        (FRAME.assign(t=UNEVEN), {"target": "v", "time": "t", "horizon": 2}, "series"),
        (FRAME, {"target": "kind", "time": "t"}, "table"),
        (FRAME, {"target": "kind", "time": "t", "id": "who"}, "series"),
        (FRAME, {"target": "kind", "id": "who"}, "table"),
        (FRAME, {"target": "v", "time": "t", "id": "who"}, "table"),
        (FRAME, {"target": "v"}, "table"),
    ],
)
def test_options_and_content_say_whether_rows_are_steps_of_a_series(frame, options, modality):
    assert load_data(frame, **options).modality == modality


@pytest.mark.parametrize("option", ["lookback", "horizon"])
def test_steps_of_rows_without_a_time_are_refused(option):
    with pytest.raises(BadValue, match=f"{option} is 3, but rows are in no order without --time COLUMN"):
        load_data(FRAME, "v", **{option: 3})
