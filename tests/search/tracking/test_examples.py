"""A registered model's example is a row that it answers, and no row of the user's data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from search.tracking._examples import example, signature
from zoo.bundle import load
from zoo.data import load_data
from zoo.preparation import Preparation
from zoo.preparation.tokenise import Tokenise
from zoo.rows import frame_rows
from zoo.splits import split


def table(rows: int = 40) -> pd.DataFrame:
    draws = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "town": draws.choice(["Bern", "Rome"], rows),
            "age": draws.integers(1, 90, rows) * 1.0,
            "trade": draws.choice(["baker", "smith"], rows),
            "income": draws.normal(0, 5, rows),
            "y": draws.choice(["a", "b"], rows),
        }
    )


def test_a_tables_example_has_the_medians_and_a_text_of_each_column_of_text():
    frame = table()
    splits = split(load_data(frame, "y"))
    row = example(splits.preparation)
    assert list(row) == ["town", "age", "trade", "income"]
    assert (row.town[0], row.trade[0]) == ("Bern", "baker")
    assert np.isfinite(splits.preparation.apply(frame_rows(row, splits.preparation))).all()
    assert frame.age.min() < row.age[0] < frame.age.max()


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_an_images_example_is_blank_and_of_its_shape(dtype):
    x = np.random.default_rng(0).integers(0, 9, (12, 4, 4, 1)).astype(dtype)
    blank = example(split(load_data((x, np.arange(12) % 2))).preparation)
    assert (blank.shape, float(blank.sum())) == ((1, 4, 4, 1), 0.0)


def test_a_large_image_has_no_example():
    assert example(Preparation((), (100, 100, 3), ())) is None


def test_the_signature_names_the_columns_and_the_answers(study):
    bundle = load(study.folder / "exports" / "tflite-float32")
    found = signature(bundle)
    assert found.inputs.input_names() == list(bundle.preparation.columns)
    assert found.outputs.input_names() == ["prediction", *bundle.classes]


def test_a_column_without_a_frequent_text_has_an_example_with_a_gap():
    preparation = Preparation(("town",), (1,), (), categories={"town": ()})
    assert example(preparation).town[0] is None
    assert np.isnan(frame_rows(example(preparation), preparation)).all()


def test_the_signature_names_no_two_answers_alike(study):
    bundle = replace(load(study.folder / "exports" / "tflite-float32"), classes=("no", "prediction"))
    assert signature(bundle).outputs.input_names() == ["prediction", "no", "probability of prediction"]


@pytest.mark.parametrize(("columns", "name"), [((), "text"), (("message",), "message")])
def test_an_example_of_texts_is_one_text_in_the_column_that_was_learned_from(columns, name):
    preparation = Preparation(columns, (), (Tokenise(("a",), 3),), "int32", modality="text")
    assert example(preparation).to_dict("list") == {name: ["a text"]}
    assert preparation.apply(frame_rows(example(preparation), preparation)).shape == (1, 3)
