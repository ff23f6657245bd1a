"""The data said back."""

import json

import numpy as np

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
