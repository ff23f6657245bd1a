"""A table to be tested by, beside the one to learn from."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data

from .tables import refusal, write


def test_a_folder_of_a_training_and_a_test_table_keeps_both(tmp_path):
    write(tmp_path, "town,age,churn\n" + "Rome,1,a\nOslo,2,b\n" * 3, "train.csv")
    write(tmp_path, "churn,age,town\nb,5,Oslo\na,,Bonn\nb,7,\n", "test.csv")
    dataset = load_data(tmp_path, target="churn")
    np.testing.assert_array_equal(dataset.x_test, [[0, 5], [-1, np.nan], [np.nan, 7]])
    assert (dataset.name, len(dataset.x), dataset.y_test.tolist()) == (tmp_path.name, 6, [1, 0, 1])


def test_a_folder_may_hold_a_training_table_alone(tmp_path):
    write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "train.csv")
    assert load_data(tmp_path, target="churn").x_test is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age\n1\n", "test.csv has no column 'churn' to be tested by. Give the path of"),
        ("years,churn\n1,a\n", "test.csv has no column 'age'"),
        ("age,churn\nold,a\n", "test.csv: column 'age' holds text ('old') in data row 1"),
        ("age,churn\n1,c\n", "test.csv: column 'churn' holds 'c', which is none of the 2 classes a, b"),
        ("age,churn\n1,\n", "test.csv: column 'churn' is missing in 1 of 1 rows"),
        ("age,churn\n", "test.csv holds no rows"),
        ("age,age,churn\n1,1,a\n", "two columns are named 'age'"),
    ],
)
def test_a_test_table_that_does_not_fit_is_refused_in_one_line(tmp_path, text, words):
    write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "train.csv")
    write(tmp_path, text, "test.csv")
    assert words in refusal(tmp_path)


def test_a_test_table_may_have_another_index(tmp_path):
    frame = pd.DataFrame({"age": [row % 7 for row in range(40)], "churn": ["a", "b"] * 20})
    frame[:30].to_csv(tmp_path / "train.csv")
    frame[30:].to_csv(tmp_path / "test.csv")
    dataset = load_data(tmp_path, target="churn")
    assert dataset.x_test.ravel().tolist() == frame["age"][30:].tolist()


def test_a_file_named_train_brings_its_test_file_along(tmp_path):
    path = write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "churn_train.csv")
    write(tmp_path, "age,churn\n5,a\n", "churn_test.csv")
    dataset = load_data(path, target="churn")
    assert dataset.x_test.tolist() == [[5]]
    assert "test rows are those of churn_test.csv" in dataset.warnings


def test_a_test_file_without_a_header_has_its_columns_by_place(tmp_path):
    write(tmp_path, "1.5,3,a\n2.5,4,b\n" * 3, "train.csv")
    write(tmp_path, "9.5,8,a\n9.5,7,b\n", "test.csv")
    dataset = load_data(tmp_path, target="2")
    assert (dataset.x_test.tolist(), dataset.y_test.tolist()) == ([[9.5, 8], [9.5, 7]], [0, 1])


def test_test_rows_that_are_no_later_than_those_to_learn_from_are_said_aloud(tmp_path):
    write(tmp_path, "age,t,churn\n" + "".join(f"{row * row},{row},{'ab'[row % 2]}\n" for row in range(30)), "train.csv")
    write(tmp_path, "age,t,churn\n1,29,a\n2,30,b\n", "test.csv")
    told = "1 of 2 test rows are no later than the last row to learn from, by 't': they do not test what comes next"
    assert told in load_data(tmp_path, target="churn", time="t").warnings
