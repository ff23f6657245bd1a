"""Rows of files as a bundle takes them: labels of series are left aside, texts that are new are told."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.inputs import rows_of_file, takes, unseen
from zoo.lazy import LazyRows
from zoo.preparation import Preparation
from zoo.preparation.tokenise import Tokenise

SERIES = Preparation((), (5, 1), ())
WAVES = np.arange(15.0).reshape(3, 5)
PLANS = Preparation(("plan", "age"), (2,), (), categories={"plan": ("basic", "gold")})


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Waves_TEST.tsv", {"path": "arrays"}),
        ("later.tsv", {"path": "old/Waves_TRAIN.tsv", "reader": None}),
        ("later.csv", {"path": "old/waves.csv", "reader": "series"}),
    ],
)
def test_the_label_of_each_series_is_left_aside_and_that_is_said(name, source, tmp_path):
    delimiter = "," if name.endswith(".csv") else "\t"
    np.savetxt(tmp_path / name, np.column_stack([[1, 2, 1], WAVES]), delimiter=delimiter)
    rows, _, said = rows_of_file(tmp_path / name, SERIES, source)
    np.testing.assert_array_equal(rows, WAVES[..., np.newaxis])
    assert said == (f"the first cell of each line of {tmp_path / name} is taken for its label and left aside",)


def test_series_without_labels_are_taken_whole(tmp_path):
    np.savetxt(tmp_path / "Waves_TEST.tsv", WAVES, delimiter="\t")
    rows, _, said = rows_of_file(tmp_path / "Waves_TEST.tsv", SERIES, {"path": "arrays"})
    np.testing.assert_array_equal(SERIES.apply(rows), WAVES[..., np.newaxis])
    assert said == ()


@pytest.mark.parametrize(("name", "cells"), [("odd.tsv", 1), ("Waves_TEST.tsv", 2)])
def test_a_cell_too_many_is_no_label_where_nothing_says_so(name, cells, tmp_path):
    np.savetxt(tmp_path / name, np.column_stack([WAVES, WAVES[:, :cells]]), delimiter="\t")
    with pytest.raises(BadData, match="this model takes 5"):
        rows_of_file(tmp_path / name, SERIES, {"path": "waves.npz"})


def test_texts_that_the_model_does_not_know_are_counted():
    rows = np.array([[-1.0, 3], [1, 4], [np.nan, -1]])
    assert unseen(rows, PLANS) == ["1 of 3 cells of 'plan' are none of the 2 texts that the model tells apart"]
    assert unseen(rows[1:], PLANS) == []


def test_labels_that_texts_start_with_are_left_aside_and_that_is_said(tmp_path):
    steps = (Tokenise(("a",), 3),)
    texts = Preparation((), (), steps, "int32", modality="text", facts={"labels": ["0", "1"]})
    (tmp_path / "lines.txt").write_text("0 one text\n1 another\n", "utf-8")
    rows, _, said = rows_of_file(tmp_path / "lines.txt", texts, {"path": "old.all"})
    assert list(rows) == ["one text", "another"]
    assert said == (f"each line of {tmp_path / 'lines.txt'} starts with a label: these are left aside",)


def test_new_texts_are_counted_of_rows_on_the_disk_too():
    cells = np.array([[-1.0, 3]] * 5)
    lazy = LazyRows(lambda places: cells[places], np.arange(5), 2**26)
    assert unseen(lazy, PLANS) == ["5 of 5 cells of 'plan' are none of the 2 texts that the model tells apart"]


@pytest.mark.parametrize(
    ("preparation", "words"),
    [
        (Preparation((), (), (Tokenise(("a",), 3),), "int32", modality="text"), "texts: a list of them"),
        (Preparation((), (), (), modality="audio", facts={"rate": 8000}), "sound of 8,000 Hz: a list of arrays"),
        (
            Preparation((), (), (), "uint8", modality="image", facts={"channels": 3}),
            "arrays (height, width, 3) of whole",
        ),
        (Preparation((), (4, 4, 1), ()), "arrays (n, 4, 4, 1)"),
        (PLANS, "a data frame with the columns plan, age"),
        (
            Preparation((), (7, 1), (), facts={"columns": ["sold"], "time": "day"}),
            "a data frame with the columns day, sold, or arrays (n, 7, 1)",
        ),
    ],
)
def test_what_a_model_takes_is_said_in_words(preparation, words):
    assert words in takes(preparation)
