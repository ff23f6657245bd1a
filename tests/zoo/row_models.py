"""Models' preparations, and cells, files and data frames of rows for them."""

import numpy as np
from hypothesis import strategies as st

from zoo.preparation import Preparation
from zoo.raw.cells import MISSING_CELLS

from .prepared import prepared_by

TABLE = prepared_by("table", np.eye(2), ("age", "plan"))
IMAGES = prepared_by("image", np.ones((1, 2, 2, 1), np.float32))


PLANS = prepared_by(
    "table", np.array([[0.0, 1.0], [1.0, 2.0], [np.nan, 3.0]] * 2), ("plan", "age"), {"plan": ("7", "a, b", "free")}
)


def write(folder, text, name="rows.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False).map(repr), st.integers(-(2**70), 2**70).map(str))
CELLS = st.one_of(NUMBERS, NUMBERS.map('"{}"'.format), st.sampled_from((*MISSING_CELLS[1:], " 7", '""')))

TRUTH = st.sampled_from(("True", "false", " TRUE"))


WORDS = ("free", "FREE", 'say ""hi""', "two\nlines", "a, b", " padded ", "é", "7", "7.0", "07", "-7.00", "1e3", "True")
TEXTS = st.one_of(st.sampled_from(WORDS).map('"{}"'.format), st.sampled_from((*MISSING_CELLS, "7", "free")))


def frame(**columns):
    import pandas as pd

    return pd.DataFrame(columns)


DATED = Preparation(("day", "plan"), (2,), (), dates=("day",), facts={"ways": {"day": "%d.%m.%Y"}})


BARE = Preparation(("x0", "x2"), (2,), (), facts={"separator": ";", "named": ["x0", "x1", "x2"], "target": "x1"})
