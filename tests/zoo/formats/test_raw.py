"""Which preparations a SavedModel does itself, and why not the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.formats._raw import STEPS, raw_dtype, signature_of, why_not
from zoo.plans import fit_preparation
from zoo.preparation import Preparation
from zoo.scale import Scale

from ..kinds import dataset_of
from ..prepared import prepared_by

NUMBERS = np.random.default_rng(0).normal(size=(40, 3))
PIXELS = np.zeros((4, 5, 5, 1), np.uint8)


def of(modality, **changes):
    dataset = dataset_of(modality, **changes)
    return fit_preparation(dataset, dataset.x)


@pytest.mark.parametrize(
    ("preparation", "signature", "dtype"),
    [
        (prepared_by("table", NUMBERS), "classify", "float64"),
        (replace(prepared_by("table", NUMBERS), target=Scale(3.0, 2.0)), "regress", "float64"),
        (prepared_by("series", NUMBERS.reshape(20, 6, 1)), "classify", "float64"),
        (prepared_by("image", PIXELS), "classify", "uint8"),
        (prepared_by("image", PIXELS + np.float32(0.5)), "classify", "float32"),
    ],
    ids=["table", "quantities", "series", "bytes", "pixels"],
)
def test_rows_of_numbers_and_pixels_go_in_raw(preparation, signature, dtype):
    assert why_not(preparation) == ""
    assert signature_of(preparation) == signature
    assert raw_dtype(preparation) == dtype


@pytest.mark.parametrize(
    ("preparation", "words"),
    [
        (of("text"), "rows of text are not of one shape"),
        (of("audio"), "rows of audio are not of one shape"),
        (of("table"), "the column 'c' holds texts"),
        (of("table", columns=("a", "b", "when", "c"), categories={}), "the preparation 'dates' has no"),
        (replace(prepared_by("table", NUMBERS), target=Scale(3.0, 2.0, "last")), "above the level"),
    ],
    ids=["text", "audio", "texts in a table", "times", "forecast"],
)
def test_others_are_told_why_not(preparation, words):
    assert words in why_not(preparation)


def test_every_step_that_is_served_has_its_graph():
    from zoo.formats._raw_graph import GRAPHS

    assert {*STEPS} == {*GRAPHS}


def test_no_steps_at_all_are_served():
    assert why_not(Preparation((), (3,), ())) == ""
