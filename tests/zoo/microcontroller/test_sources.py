"""The C code of whole preparations: each kind of rows, as its plan prepares it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from zoo.microcontroller._samples import sample_rows
from zoo.microcontroller._sources import preparation_sources
from zoo.plans import fit_preparation
from zoo.preparation import Preparation, objects
from zoo.task import MODALITIES

from ..kinds import dataset_of
from ..prepared import prepared_by
from .compiled import Compiled, needs_compiler

CASES = [
    *((modality, {}) for modality in MODALITIES),
    *(("table", {"numbers": numbers}) for numbers in ("quantile", "uniform", "log", "piecewise")),
    *(("series", {"window": window, "length": 7}) for window in ("last", "mean")),
    *(("image", {"size": 8, "framing": "pad"}), ("image", {"channels": "grey", "size": 5}), ("text", {"ngrams": 2})),
]


def prepared(modality, values):
    dataset = dataset_of(modality)
    return fit_preparation(dataset, dataset.x, values), dataset.x


@needs_compiler
@pytest.mark.parametrize("case", CASES, ids=str)
def test_raw_rows_become_what_python_prepares(case, tmp_path):
    preparation, known = prepared(*case)
    prepare = Compiled(preparation, tmp_path)
    is_tone = case[0] == "audio"  # bands that a pure tone leaves silent vary by rounding alone: test_log_mel
    for rows in (*([] if is_tone else [known]), sample_rows(preparation, 40)):
        expected = preparation.apply(rows)
        close = {"rtol": 1e-5, "atol": 2e-5} if preparation.dtype == "float32" else {"rtol": 0}
        np.testing.assert_allclose(prepare.all(rows), expected, **close)


@needs_compiler
def test_images_of_floats_are_rescaled(tmp_path):
    images = np.random.default_rng(0).uniform(-3, 9, (6, 4, 5, 1)).astype("float32")
    preparation = prepared_by("image", images)
    np.testing.assert_allclose(Compiled(preparation, tmp_path).all(images), preparation.apply(images), rtol=1e-6)


@needs_compiler
def test_images_of_floats_of_several_sizes_are_resized_and_rescaled(tmp_path):
    images = objects([np.random.default_rng(0).uniform(0, 1, (4 + side, 7, 1)).astype("float32") for side in range(5)])
    preparation = prepared_by("image", images, size=6)
    np.testing.assert_allclose(Compiled(preparation, tmp_path).all(images), preparation.apply(images), rtol=1e-5)


@needs_compiler
def test_rows_that_need_no_preparation_are_copied(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 1), np.uint8)
    preparation = Preparation((), (4, 4, 1), (), dtype="uint8")
    np.testing.assert_array_equal(Compiled(preparation, tmp_path).all(images), images)


@needs_compiler
def test_names_that_are_c_code_stay_names(tmp_path):
    preparation, known = prepared("table", {})
    names = ('*/ int x; "', "b\\", "//", "#if 0")
    odd = replace(preparation, columns=names, dates=(names[2],), categories={names[3]: ("*/", "\n", "??/")})
    np.testing.assert_allclose(Compiled(odd, tmp_path).all(known), preparation.apply(known), rtol=1e-5, atol=1e-5)


def test_the_header_says_what_tables_and_work_take():
    sources = preparation_sources(prepared("table", {})[0])
    sizes = re.findall(r"static double rows_\d+\[(\d+)\]", sources.code)
    assert sources.ram == 8 * sum(map(int, sizes)) > 0
    assert f"#define ZOO_WORK_BYTES {sources.ram} " in sources.header
    assert f"#define ZOO_TABLES_BYTES {sources.flash} " in sources.header


def test_steps_that_may_write_over_what_they_read_share_their_memory():
    rows = np.random.default_rng(0).lognormal(0, 2, (50, 3))
    sources = preparation_sources(prepared_by("table", rows, numbers="log"))  # impute, logarithm, standardise
    assert sources.ram == 8 * 3


def test_no_memory_is_asked_for_while_it_runs():
    for case in CASES:
        assert not re.search(r"\b(malloc|calloc|realloc|alloca)\b", preparation_sources(prepared(*case)[0]).code)


def test_the_same_preparation_gives_the_same_code():
    preparation, _ = prepared("text", {"ngrams": 2})
    assert preparation_sources(preparation) == preparation_sources(Preparation.from_json(preparation.to_json()))
