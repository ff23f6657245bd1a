"""The data said back."""

import json

import numpy as np
import pytest

from zoo.checking import check
from zoo.data import load_data
from zoo.splits import split


def checked(data, **options):
    dataset = load_data(data, **options)
    return check(dataset, split(dataset))


def test_digits_are_said_back_in_one_line():
    assert checked("digits").text() == (
        "digits   1,797 images 8x8, 10 classes, no missing values   split 1,078 / 359 / 360, stratified, seed 0"
    )


def test_the_json_has_the_keys_of_the_interface():
    values = json.loads(json.dumps(checked("wine").to_json()))
    assert values == {
        "task": "classification",
        "modality": "table",
        "rows": {"train": 107, "validation": 36, "test": 35},
        "input_shape": [13],
        "classes": ["class_0", "class_1", "class_2"],
        "target_range": None,
        "missing": {},
        "warnings": [],
        "builders": values["builders"],
    }
    assert "mlp" in values["builders"]


def test_gaps_constants_imbalance_and_repeated_rows_are_warned_of(tmp_path):
    lines = [f"{index},1,{'rare' if index < 5 else 'usual'}" for index in range(200)] + ["199,1,usual", ",1,usual"]
    path = tmp_path / "churn.csv"
    path.write_text("age,version,churn\n" + "\n".join(lines) + "\n")
    found = checked(path, target="churn")
    assert found.missing == {"age": 1}
    assert found.warnings == (
        "1 missing cell (age): filled with the training rows' median",
        "column 'version' is constant: it tells nothing",
        "classes are unbalanced: 'rare' has 5 of 202 rows",
        "1 row repeats an earlier one: parts of the split may share them",
    )
    assert "churn   202 rows of 2 columns, 2 classes, 1 missing value   split" in found.text()


def test_a_given_test_set_and_color_channels_are_said(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (48, 4, 6, 3), np.uint8)
    y = np.arange(48) % 2
    np.savez(tmp_path / "data.npz", x=images[:40], y=y[:40], x_test=images[40:], y_test=y[40:])
    text = checked(tmp_path / "data.npz").text()
    assert text == (
        "data   48 images 4x6x3, 2 classes, no missing values   split 30 / 10 / 8, stratified, seed 0, test as given"
    )


def test_large_numbers_that_merge_are_named_instead_of_the_rows_that_seem_alike(tmp_path):
    lines = "".join(f"{10**17 + index},{'ab'[index % 2]}\n" for index in range(128))
    (tmp_path / "data.csv").write_text("id,y\n" + lines)
    told = "column 'id' holds whole numbers beyond 2^53, which float64 merges: remove it, or write it as text such as"
    (warning,) = checked(tmp_path / "data.csv", target="y").warnings
    assert warning.startswith(told)


@pytest.mark.parametrize("value", [2e30, 1.5e17, 12])
def test_large_quantities_of_few_digits_repeat_as_any_do(value):
    x, y = np.arange(1.0, 13)[:, np.newaxis] % 6 * value, np.arange(12) % 2
    assert checked((x, y)).warnings == ("6 rows repeat an earlier one: parts of the split may share them",)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (1.0, 5.0, "from 1 to 5"),
        (1e9, 1e9 + 0.5, "from 1,000,000,000 to 1,000,000,000.5"),
        (0.100001, 0.100002, "from 0.100001 to 0.100002"),
    ],
)
def test_the_ends_of_a_range_can_be_told_apart(low, high, shown):
    x = np.random.default_rng(0).normal(size=(30, 2))
    assert f"a quantity {shown}," in checked((x, np.linspace(low, high, 30)), task="regression").text()


def test_missing_values_are_counted_outside_a_given_test_set_and_said_so(tmp_path):
    (tmp_path / "train.csv").write_text("age,y\n" + "1,a\n2,b\n3,a\n,b\n" * 5)
    (tmp_path / "test.csv").write_text("age,y\n,a\n,b\n")
    text = checked(tmp_path, target="y").text()
    assert "22 rows of 1 column, 2 classes, 5 missing values outside the test rows   split" in text
