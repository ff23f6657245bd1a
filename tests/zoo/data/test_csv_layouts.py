"""How a table may be written: signs between cells, encodings, headers that lack names, columns that number the rows."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import UnknownName
from zoo.plans import fit_preparation
from zoo.rows import read_rows

from .tables import refusal, write


def test_empty_lines_are_no_short_rows(tmp_path):
    dataset = load_data(write(tmp_path, "age,churn\n\n" + "1,a\n \n2,b\n" * 4 + "\n\n"), target="churn")
    assert len(dataset.x) == 8


@pytest.mark.parametrize("sign", [";", "\t", "|", "  "])
def test_the_sign_between_cells_is_found_and_said_where_it_is_no_comma(tmp_path, sign):
    text = "age,churn\n" + "1,a\n2,b\n" * 3
    dataset = load_data(write(tmp_path, text.replace(",", sign)), target="churn")
    assert (dataset.columns, dataset.x.ravel().tolist()) == (("age",), [1, 2] * 3)
    assert dataset.warnings[0].startswith("churn.csv: cells are parted by")
    assert dict(dataset.facts) == {"separator": sign[0]}


def test_decimal_commas_among_other_texts_are_text_with_the_cure(tmp_path):
    rows = "".join(
        f"{f'1,{index % 5}' if index % 4 else 'about 1'};{index % 3};{'ab'[index % 2]}\n" for index in range(30)
    )
    (_, warning) = load_data(write(tmp_path, "price;age;churn\n" + rows), target="churn").warnings
    assert "column 'price' holds text such as '1,0': if these are numbers, write them plainly" in warning


def test_text_that_is_not_utf_8_is_read_as_latin_1_and_said_so(tmp_path):
    text = "town,churn\n" + "Köln,a\nRome,b\n" * 3
    dataset = load_data(write(tmp_path, text.encode("latin-1")), target="churn")
    assert dataset.categories["town"] == ("Köln", "Rome")
    assert dataset.warnings == ("churn.csv: the text is not UTF-8: read as latin-1",)


@pytest.mark.parametrize("target", ["2", "x2", "-1"])
def test_a_table_without_a_header_has_its_columns_named_and_its_target_by_name_or_place(tmp_path, target):
    dataset = load_data(write(tmp_path, "1.5,3,a\n2.5,4,b\n" * 3, "flowers.data"), target=target)
    assert (dataset.columns, dataset.classes, dataset.source.target) == (("x0", "x1"), ("a", "b"), "x2")
    assert dataset.warnings == ("flowers.data: there is no header: columns are named x0 to x2",)
    assert len(dataset.x) == 6


@pytest.mark.parametrize("target", ["7", "y"])
def test_a_place_or_name_that_no_column_has_is_refused_without_a_header_too(tmp_path, target):
    assert "no column is named" in refusal(write(tmp_path, "1.5,a\n2.5,b\n" * 3), target, UnknownName)


def test_a_txt_file_of_cells_is_a_table(tmp_path):
    dataset = load_data(write(tmp_path, "age churn\n" + "1 a\n2 b\n" * 3, "people.txt"), target="churn")
    assert (dataset.columns, len(dataset.x)) == (("age",), 6)


def test_columns_without_a_name_that_are_nearly_empty_are_left_out_aloud(tmp_path):
    rows = "".join(f"{index % 7},{'ab'[index % 2]},,{'x' if index == 3 else ''}\n" for index in range(30))
    dataset = load_data(write(tmp_path, "age,churn,,\n" + rows), target="churn")
    assert dataset.columns == ("age",)
    assert dataset.warnings == (
        "column 3 is left out: it has no name, and 0 of 30 cells filled",
        "column 4 is left out: it has no name, and 1 of 30 cells filled",
    )


@pytest.mark.parametrize("first", [range(30), range(1, 31), [row * 7 % 31 for row in range(1, 31)]])
def test_an_index_without_a_name_is_left_out_aloud_and_where_rows_are_predicted_too(tmp_path, first):
    frame = pd.DataFrame({"age": [row % 7 for row in range(30)], "churn": ["a", "b"] * 15}, index=first)
    frame.to_csv(tmp_path / "churn.csv")
    dataset = load_data(tmp_path / "churn.csv", target="churn")
    assert dataset.warnings[0] == "column 1 has no name and numbers the rows: left out"
    assert dataset.x.ravel().tolist() == frame["age"].tolist()
    preparation = fit_preparation(dataset, dataset.x)
    frame[["age"]].to_csv(tmp_path / "new.csv")
    np.testing.assert_array_equal(read_rows(tmp_path / "new.csv", preparation), dataset.x)
    np.testing.assert_array_equal(read_rows(tmp_path / "churn.csv", preparation), dataset.x)


def test_an_index_beside_columns_that_are_numbered_is_known_as_one(tmp_path):
    frame = pd.DataFrame([[row % 7, row % 5, row % 2] for row in range(30)])
    frame.to_csv(tmp_path / "churn.csv")
    dataset = load_data(tmp_path / "churn.csv", target="2")
    assert dataset.columns == ("0", "1")
    np.testing.assert_array_equal(dataset.x, frame[[0, 1]])
