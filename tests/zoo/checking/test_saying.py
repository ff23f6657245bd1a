"""Rows, answers and the next command in words."""

import shlex
from dataclasses import replace

import numpy as np
import pytest

from zoo.checking.saying import answers_in_detail, answers_in_words, apart, rows_in_words, tune_command
from zoo.data import load_data
from zoo.lazy import LazyRows

X, Y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 2
TABLE = load_data((X, Y))


def objects(values):
    made = np.empty(len(values), object)
    made[:] = values
    return made


def kind(modality, x, **facts):
    return replace(TABLE, modality=modality, x=x, facts=facts)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (TABLE, "30 rows of 2 columns"),
        (kind("image", np.zeros((30, 8, 6, 1))), "30 images 8x6"),
        (kind("image", np.zeros((30, 8, 6, 3))), "30 images 8x6x3"),
        (
            kind("image", objects([np.zeros((9, 9, 1)), *[np.zeros((4, 5, 1))] * 29])),
            "30 images of 4x5 to 9x9",
        ),
        (kind("image", LazyRows(lambda places: X[places], np.arange(30), 1)), "30 images"),
        (kind("series", np.zeros((30, 50, 2))), "30 series of 50 steps in 2 channels"),
        (kind("series", np.zeros((30, 12, 1)), lookback=12, horizon=1), "30 windows of 12 steps"),
        (kind("text", objects(["one two three", *["one"] * 29])), "30 texts of 1 to 3 words, 1 in the middle"),
        (
            kind("audio", objects([np.zeros(2000), *[np.zeros(8000)] * 29]), rate=8000),
            "30 recordings of 0.25 to 1 s at 8,000 Hz",
        ),
    ],
)
def test_rows_of_each_kind_are_said(dataset, words):
    assert rows_in_words(dataset) == words


def test_answers_are_classes_quantities_or_what_comes_next():
    quantities = load_data((X, np.linspace(1, 5, 30)))
    assert answers_in_words(TABLE) == "2 classes"
    assert answers_in_words(quantities) == "a quantity from 1 to 5"
    assert answers_in_words(replace(quantities, facts={"horizon": 1})) == "the next value from 1 to 5"
    coming = replace(quantities, y=np.ones((30, 3)) * np.linspace(1, 5, 30)[:, None], facts={"horizon": 3})
    assert answers_in_words(coming) == "the next 3 values from 1 to 5"


def test_classes_come_with_their_rows_the_largest_first():
    many = load_data((np.arange(80.0)[:, None], np.repeat(list("abcdefgh"), 10)))
    assert (
        answers_in_detail(many)
        == "a: 10 (12%), b: 10 (12%), c: 10 (12%), d: 10 (12%), e: 10 (12%), f: 10 (12%) and 2 more"
    )
    assert answers_in_detail(load_data((X, np.linspace(1, 5, 30)))) == "quarters at 2, 3 and 4"


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(1, 1, ("1", "1")), (1e9, 1e9 + 0.5, ("1,000,000,000", "1,000,000,000.5"))]
)
def test_ends_of_a_range_can_be_told_apart(low, high, shown):
    assert apart(low, high) == shown


def test_the_next_command_has_the_options_that_the_data_were_read_with(tmp_path):
    path = tmp_path / "zwei Worte.csv"
    path.write_text("age,plan,churn\n" + "1,x,a\n2,y,b\n" * 20)
    source = load_data(path, target="churn", rows=20, task="classification").source
    words = shlex.split(tune_command(source))
    assert words[:3] == ["zoo", "tune", str(path)]
    assert dict(zip(words[3::2], words[4::2], strict=True)) == {
        "--target": "churn",
        "--rows": "20",
        "--task": "classification",
    }
    assert tune_command(replace(source, ignore=("a b", "c"))).endswith("--ignore 'a b' --ignore c")


def test_arrays_have_no_command():
    assert tune_command(TABLE.source) is None
