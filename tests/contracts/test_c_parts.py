"""What the C code of every preparation step promises: registering a step in C is also testing it."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.microcontroller import C_PARTS
from zoo.preparation import PREPARATIONS, Preparation, objects

from ..zoo.microcontroller.compiled import Compiled, needs_compiler

RANDOM = np.random.default_rng(0)
NUMBERS = np.column_stack([RANDOM.normal(3, 2, (40, 3)), RANDOM.lognormal(0, 2, 40), RANDOM.integers(0, 2, 40)])
GAPS = np.where(RANDOM.random((40, 5)) < 0.2, np.nan, NUMBERS)
TEXTS = np.column_stack([NUMBERS[:, :2], RANDOM.integers(-1, 4, 40), GAPS[:, 4]])
TIMES = np.column_stack([NUMBERS[:, :2], np.floor(RANDOM.uniform(-1e9, 3e9, 40))])
SERIES = RANDOM.normal(3, 2, (40, 12, 2)).astype("float32")
PIXELS = RANDOM.integers(0, 256, (40, 9, 7, 3)).astype("uint8")
CLIPS = objects([RANDOM.normal(0, 0.1, 900 + 20 * row).astype("float32") for row in range(40)])
SENTENCES = objects([" ".join(RANDOM.choice(["one", "Two", "three", "4"], 6)) for _ in range(40)])
ROWS = {  # of steps that take other rows than numbers, with what they are fitted by and what their preparation says
    "impute": (GAPS, {}, {}),
    "encode": (TEXTS, {"columns": (2, 3)}, {}),
    "dates": (TIMES, {"columns": (2,)}, {}),
    "pool": (SERIES, {"length": 5}, {"modality": "series"}),
    "level": (SERIES, {}, {"modality": "series"}),
    "normalise": (SERIES, {}, {"modality": "series"}),
    "rescale": (SERIES[..., np.newaxis], {}, {"modality": "image"}),
    "resize": (PIXELS, {"size": 6}, {"dtype": "uint8"}),
    "grey": (PIXELS, {}, {"dtype": "uint8"}),
    "log_mel": (CLIPS, {}, {"modality": "audio", "facts": {"rate": 16_000}}),
    "tokenise": (SENTENCES, {"ngrams": 2}, {"modality": "text", "dtype": "int32"}),
}


@pytest.fixture(params=C_PARTS.names())
def case(request):
    """The rows of a step and a preparation of it alone."""
    rows, fitting, about = ROWS.get(request.param, (NUMBERS, {}, {}))
    step = PREPARATIONS.get(request.param).fit(rows, **fitting)
    shape = () if rows.dtype.kind == "O" else rows.shape[1:]
    return rows, Preparation((), shape, (step,), **about)


@needs_compiler
def test_a_row_is_prepared_as_in_python_every_time(case, tmp_path):
    rows, preparation = case
    prepare = Compiled(preparation, tmp_path)
    expected = preparation.apply(rows)
    assert expected.dtype == preparation.dtype
    close = {"rtol": 1e-5, "atol": 2e-5} if preparation.dtype == "float32" else {"rtol": 0}
    for _ in range(2):  # what is kept between calls must not show
        np.testing.assert_allclose(prepare.all(rows), expected, **close)


@pytest.mark.parametrize("name", C_PARTS.names())
def test_every_part_says_what_its_code_does(name):
    assert C_PARTS.entries[name].summary.startswith("Return C that ")
