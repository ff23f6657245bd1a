"""The data said back."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.checking import check
from zoo.data import load_data
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.splits import split

MEANS = {"means": 13, "deviations": 13}


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
        "split": {"how": "stratified", "seed": 0, "own_test": False},
        "input_shape": [13],
        "classes": ["class_0", "class_1", "class_2"],
        "target_range": None,
        "missing": {},
        "warnings": [],
        "findings": [],
        "ranking": values["ranking"],
        "preparation": [{"step": "impute", "medians": 13, "marked": 0}, {"step": "standardise", **MEANS}],
        "builders": values["builders"],
        "next": "zoo tune wine",
    }
    assert "mlp" in values["builders"]


def test_gaps_constants_imbalance_and_repeated_rows_are_warned_of(tmp_path):
    lines = [f"{index},1,{'rare' if index < 5 else 'usual'}" for index in range(200)] + ["199,1,usual", ",1,usual"]
    path = tmp_path / "churn.csv"
    path.write_text("age,version,churn\n" + "\n".join(lines) + "\n")
    found = checked(path, target="churn")
    assert found.missing == {"age": 1}
    assert found.warnings[:5] == (
        "1 missing cell (age): filled with the training rows' median",
        "column 'age' numbers the rows: --ignore age leaves it out (ignore=) unless their order matters",
        "classes are unbalanced: 'rare' has 5 of 202 rows; --space train.class_weight=none,balanced tries weights",
        "column 'version' is constant: it tells nothing",
        "1 row repeats an earlier one: parts of the split may share them (row 201 is row 200)",
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
    repeated = "6 rows repeat an earlier one: parts of the split may share them (row 7 is row 1)"
    assert repeated in checked((x, y)).warnings


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


def test_no_missing_values_are_missing_nowhere(tmp_path):
    (tmp_path / "train.csv").write_text("age,y\n" + "1,a\n2,b\n3,a\n4,b\n" * 5)
    (tmp_path / "test.csv").write_text("age,y\n,a\n1,b\n")
    assert "2 classes, no missing values   split" in checked(tmp_path, target="y").text()


def test_the_split_that_was_made_is_the_one_that_is_checked():
    dataset = load_data((RANDOM.normal(size=(60, 2)), np.arange(60) % 2))
    splits = split(dataset)
    given = replace(splits, places=replace(splits.places, how="by hand"))
    assert check(dataset, given).how == "by hand"


RANDOM = np.random.default_rng(0)


def test_identical_rows_are_refused_in_a_table_and_said_of_images(tmp_path):
    images = np.tile(np.arange(16, dtype=np.uint8).reshape(4, 4, 1), (30, 1, 1, 1))
    found = checked((images, np.arange(30) % 2)).warnings
    assert "6 of 6 validation rows and 6 of 6 test rows are training rows too" in found[0]
    assert any(text.startswith("29 rows repeat an earlier one") for text in found)
    assert any(text.startswith("30 rows have the same inputs as another and a different answer") for text in found)
    with pytest.raises(BadData, match="is constant: it tells nothing"):
        checked((np.ones((30, 2)), np.arange(30) % 2))


def test_a_column_of_missing_cells_alone_is_left_out_and_a_table_of_them_refused(tmp_path):
    (tmp_path / "gaps.csv").write_text("age,gap,y\n" + "1,,a\n2,,b\n3,,a\n4,,b\n" * 5)
    assert "column 'gap' is left out: no row has a value in it" in checked(tmp_path / "gaps.csv", target="y").warnings
    with pytest.raises(BadData, match="no row has a value"):
        checked((np.full((30, 2), np.nan), np.arange(30) % 2))


def test_ten_thousand_kinds_of_text_are_checked(tmp_path):
    rows = "".join(f"town {index % 10_000},{index % 7},{'ab'[index % 2]}\n" for index in range(20_001))
    (tmp_path / "towns.csv").write_text("town,age,y\n" + rows)
    found = checked(tmp_path / "towns.csv", target="y")
    assert any("10,000 different texts" in text for text in found.warnings)
    assert {one.column for one in found.ranking} >= {"age"}


def test_one_row_a_class_is_refused_in_one_line():
    with pytest.raises(BadData, match="each|class") as caught:
        checked((RANDOM.normal(size=(30, 2)), [f"name {index}" for index in range(30)]))
    assert "\n" not in str(caught.value)


def test_groups_are_said_to_have_made_the_split():
    dataset = load_data((RANDOM.normal(size=(60, 2)), np.arange(60) % 2))
    names = tuple(f"speaker {index}" for index in range(10))
    dataset = replace(dataset, groups=(np.arange(60) // 6).astype(np.int32), group_names=names)
    found = check(dataset, split(dataset))
    assert "by group" in found.text()
    assert not any("alike" in text for text in found.warnings)


def test_rows_in_time_are_said_to_be_split_so_and_need_no_seed():
    dataset = replace(load_data((RANDOM.normal(size=(60, 2)), np.linspace(0, 1, 60))), times=np.arange(60.0))
    assert check(dataset, split(dataset)).text().endswith("split 36 / 12 / 12, by time")


def test_rows_left_on_the_disk_are_checked_as_those_in_memory():
    x, y = RANDOM.integers(0, 256, (60, 4, 4, 1), np.uint8), np.arange(60) % 2
    x[40] = x[3]
    dataset = load_data((x, y))
    lazy = replace(dataset, x=LazyRows(lambda places: x[places], np.arange(60), 16))
    splits = split(dataset)
    assert [text for text in check(lazy, splits).warnings if "repeats" in text] == [
        "1 row repeats an earlier one: parts of the split may share them (row 41 is row 4)"
    ]


def test_a_study_says_few_words_of_a_table_of_many_columns_and_the_check_all():
    frame = pd.DataFrame({f"column {i}": RANDOM.normal(size=100) for i in range(40)} | {"y": np.arange(100) % 2})
    found = checked(frame, target="y")
    assert len(found.ranking) == 40
    assert len(found.screen().splitlines()) <= 30


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "A", "", "?", "7", "1e308", "-0", "999", "x y"]), st.floats(allow_nan=True)),
        min_size=12,
        max_size=40,
    ),
    st.booleans(),
)
@settings(max_examples=15)
def test_any_table_is_checked_or_refused_in_one_line(cells, is_quantity):
    texts, numbers = zip(*cells, strict=True)
    y = np.arange(len(cells)) / 3 if is_quantity else np.arange(len(cells)) % 2
    frame = pd.DataFrame({"text": texts, "number": numbers, "y": y})
    try:
        assert checked(frame, target="y").screen().startswith("frame   ")
    except BadData as error:
        assert "\n" not in str(error)
