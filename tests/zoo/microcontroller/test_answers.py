"""Names of classes, quantities in their own units and places of texts, as C gives them."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from zoo.preparation import Preparation
from zoo.preparation.level import Level
from zoo.preparation.standardise import Standardise
from zoo.scale import Scale
from zoo.tables import place_in

from .compiled import Compiled, needs_compiler, pointer

CLASSES = ('a "b"', "caf\u00e9", "??/", "")
TEXTS = {"colour": ("red", "blue"), "*/ size": ("S", "caf\u00e9", "red")}


@needs_compiler
def test_labels_stand_in_the_order_of_the_answers(tmp_path):
    preparation = Preparation((), (2,), (Standardise((0.0, 0.0), (1.0, 1.0)),))
    library = Compiled(preparation, tmp_path, CLASSES).library
    found = (ctypes.c_char_p * len(CLASSES)).in_dll(library, "zoo_labels")
    assert tuple(label.decode() for label in found) == CLASSES


@needs_compiler
@pytest.mark.parametrize("window", ["none", "last", "mean"])
def test_quantities_are_restored_as_by_the_scale(window, tmp_path):
    scale, horizon = Scale(1234.5, 67.8, window), 3
    steps = () if window == "none" else (Level(window),)
    preparation = Preparation((), (5, 2), steps, target=scale, modality="series", facts={"horizon": horizon})
    restore = Compiled(preparation, tmp_path).library.zoo_restore
    rows = np.random.default_rng(0).normal(100, 9, (4, 5, 2)).astype("float32")
    answers = np.random.default_rng(1).normal(size=(4, horizon)).astype("float32")
    found = np.empty((4, horizon))
    for place, row in enumerate(rows):
        raw = [] if window == "none" else [pointer(row)]
        restore(*raw, pointer(answers[place]), pointer(found[place]))
    np.testing.assert_allclose(found, scale.of(rows).undo(answers), rtol=1e-12)


@needs_compiler
def test_a_text_has_the_place_that_rows_of_the_table_hold(tmp_path):
    columns = ("n", "colour", "*/ size")
    step = Standardise((0.0,) * 3, (1.0,) * 3)
    place = Compiled(Preparation(columns, (3,), (step,), categories=TEXTS), tmp_path).library.zoo_place
    place.restype = ctypes.c_double
    for column, texts in ((1, TEXTS["colour"]), (2, TEXTS["*/ size"])):
        for text in ("red", "blue", "S", "caf\u00e9", "unknown", ""):
            np.testing.assert_equal(place(column, text.encode()), place_in(texts)(text))
