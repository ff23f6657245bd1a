"""The CSV reader: tables of numbers and text in, one-line refusals for everything else."""

import numpy as np
import pytest

from zoo.data import load_data

from .tables import ROWS, write


def test_a_table_with_a_missing_cell_keeps_it_as_nan_counts_it_and_says_so(tmp_path):
    dataset = load_data(write(tmp_path, "age,plan,churn\n" + ROWS), target="churn")
    np.testing.assert_array_equal(dataset.x[:2], [[1, 2.5], [2, np.nan]])
    assert (dataset.columns, dataset.classes, dataset.missing) == (("age", "plan"), ("a", "b"), {"plan": 1})
    assert dataset.y.tolist() == [0, 1, 0, 1, 0, 1]
    assert dataset.y.dtype == np.int32
    assert "1 missing cell (plan)" in dataset.warnings[0]


def test_the_target_may_stand_anywhere_and_tabs_separate_a_tsv(tmp_path):
    text = "churn\tage\n" + "a\t1\nb\t2\n" * 3
    dataset = load_data(write(tmp_path, text, "churn.tsv"), target="churn")
    assert dataset.x.ravel().tolist() == [1, 2] * 3


def test_a_byte_order_mark_and_spaces_around_names_are_no_part_of_a_name(tmp_path):
    dataset = load_data(write(tmp_path, b"\xef\xbb\xbfage, churn\n" + b"1,a\n2,b\n" * 3), target="churn")
    assert dataset.columns == ("age",)


def test_a_path_with_spaces_and_accents_is_read_and_kept_as_given(tmp_path):
    path = write(tmp_path, "age,plan,churn\n" + ROWS, "données été.csv")
    dataset = load_data(str(path), target="churn")
    assert (dataset.name, dataset.source.path, dataset.source.target) == ("données été", str(path), "churn")


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (("10", "9", "2"), ("2", "9", "10")),
        (("1.0", "0.0", "1.0"), ("0", "1")),
        (("True", "False", "True"), ("False", "True")),
        (("b", "a", "10"), ("10", "a", "b")),
    ],
)
def test_classes_are_sorted_as_numbers_where_they_are_numbers_and_shown_without_fraction(tmp_path, cells, classes):
    rows = "".join(f"{index},{cell}\n" for index, cell in enumerate(cells * 4))
    dataset = load_data(write(tmp_path, "age,churn\n" + rows), target="churn")
    assert dataset.classes == classes
    assert [dataset.classes[index] for index in dataset.y[:3]] == [cell.removesuffix(".0") for cell in cells]


def test_names_of_columns_and_classes_are_kept_on_one_line(tmp_path):
    text = '"monthly\nplan", churn\n' + '1,"not\nyet"\n2, gone \n' * 3
    dataset = load_data(write(tmp_path, text), target="churn")
    assert (dataset.columns, dataset.classes) == (("monthly plan",), ("gone", "not yet"))


@pytest.mark.parametrize("cell", ["True", "false", "NA", "?", " ", "None"])
def test_truth_values_and_the_usual_gaps_are_numbers_even_among_digits(tmp_path, cell):
    text = f"age,churn\n{cell},a\n" + "1,a\n2,b\n" * 3
    value = load_data(write(tmp_path, text), target="churn").x[0, 0]
    expected = {"True": 1.0, "false": 0.0}.get(cell, np.nan)
    np.testing.assert_array_equal(value, expected)


def test_a_data_frame_is_read_as_its_file_is(tmp_path):
    import pandas as pd

    path = write(tmp_path, "age,plan,churn\n" + ROWS)
    from_frame, from_file = load_data(pd.read_csv(path), target="churn"), load_data(path, target="churn")
    assert from_frame.source.sha256 == from_file.source.sha256


def test_a_column_of_text_becomes_places_among_its_texts(tmp_path):
    text = "town,age,churn\n" + "Rome,1,a\n Oslo ,2,b\n?,3,a\n" * 3
    dataset = load_data(write(tmp_path, text), target="churn")
    assert dict(dataset.categories) == {"town": ("Oslo", "Rome")}
    np.testing.assert_array_equal(dataset.x[:3], [[1, 1], [0, 2], [np.nan, 3]])
    assert (dataset.columns, dataset.missing) == (("town", "age"), {"town": 3})
    assert dataset.warnings == ("3 missing cells (town): missing is a category of its own",)


def test_a_column_of_text_and_many_numbers_is_text_throughout(tmp_path):
    text = "door,churn\n" + "1,a\n2,b\n3b,a\n1.0,b\n" * 3
    assert dict(load_data(write(tmp_path, text), target="churn").categories) == {"door": ("1", "2", "3b")}


def test_columns_that_tell_nothing_are_left_out_aloud(tmp_path):
    rows = "".join(f"name {index},,{index % 3},{'ab'[index % 2]}\n" for index in range(30))
    dataset = load_data(write(tmp_path, "name,gap,age,churn\n" + rows), target="churn")
    assert dataset.columns == ("age",)
    assert dataset.warnings == (
        "column 'name' is left out: its 30 different texts in 30 filled cells name single rows",
        "column 'gap' is left out: no row has a value in it",
    )


def test_a_column_that_numbers_the_rows_is_warned_of(tmp_path):
    rows = "".join(f"{index + 7},{index % 3},{'ab'[index % 2]}\n" for index in range(30))
    told = "column 'id' numbers the rows: --ignore id leaves it out (ignore=) unless their order matters"
    path = write(tmp_path, "id,age,churn\n" + rows)
    assert load_data(path, target="churn").warnings == (told,)
    assert told in load_data(path, target="churn", rows=25).warnings


def test_more_texts_than_are_told_apart_are_warned_of(tmp_path):
    rows = "".join(f"town {index % 60},{'ab'[index % 2]}\n" for index in range(180))
    dataset = load_data(write(tmp_path, "town,churn\n" + rows), target="churn")
    assert dataset.warnings == ("column 'town' has 60 different texts: the 50 most frequent are told apart",)


@pytest.mark.parametrize("count", [5, 30])
def test_a_column_of_numbers_with_signs_is_warned_of_learned_or_left_out(tmp_path, count):
    rows = "".join(f"${index % count + 10},{index % 7},{'ab'[index % 2]}\n" for index in range(30))
    (warning,) = load_data(write(tmp_path, "price,age,churn\n" + rows), target="churn").warnings
    assert "column 'price'" in warning
    assert "holds text such as '$10': if these are numbers, write them plainly" in warning
    assert ("is left out" in warning) == (count == 30)


def test_a_constant_column_with_gaps_tells_where_these_are(tmp_path):
    assert load_data(write(tmp_path, "age,churn\n" + "1,a\n,b\n" * 4), target="churn").columns == ("age",)


def test_ten_thousand_texts_are_one_column_with_most_of_them_rare(tmp_path):
    rows = "".join(f"t{index % 10_000},{'ab'[index % 2]}\n" for index in range(20_000))
    dataset = load_data(write(tmp_path, "town,churn\n" + rows), target="churn")
    assert len(dataset.categories["town"]) == 10_000
    assert "column 'town' has 10,000 different texts" in dataset.warnings[0]
