"""Rows to predict from a data frame or a Parquet file: read as those of a file of text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.rows import frame_rows, read_rows

from .prepared import prepared_by
from .row_models import BARE, CELLS, DATED, IMAGES, PLANS, TABLE, TEXTS, TRUTH, frame, write


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, TEXTS), min_size=1, max_size=6))
def test_texts_of_a_data_frame_are_read_as_those_of_its_file(tmp_path_factory, lines):
    import pandas as pd

    path = write(tmp_path_factory.mktemp("rows"), "age,plan\n" + "".join(f"{a},{b}\n" for a, b in lines))
    texts = pd.read_csv(path, dtype=str, keep_default_na=False)
    np.testing.assert_array_equal(frame_rows(texts, PLANS), read_rows(path, PLANS))


def test_numbers_and_gaps_of_a_data_frame_are_found_among_texts():
    import pandas as pd

    plans = pd.DataFrame({"age": [1, 2, 3], "plan": [7.0, np.nan, 8.0]})
    np.testing.assert_array_equal(frame_rows(plans, PLANS), [[0, 1], [np.nan, 2], [-1, 3]])
    plans = pd.DataFrame({"age": [1, 2], "plan": pd.Categorical(["free", None])})
    np.testing.assert_array_equal(frame_rows(plans, PLANS), [[2, 1], [np.nan, 2]])


@pytest.mark.parametrize(
    "columns",
    [
        {"age": [1, 3], "plan": [2.0, None]},
        {"plan": [2.0, np.nan], "age": [1, 3], "churn": ["yes", "no"]},
        {" plan": ["2", "NA"], "name": ["Ann", "Bob"], "age": np.array([1, 3], "uint8")},
        {"plan": [2, None], "age": ["1", 3]},
    ],
)
def test_columns_of_a_data_frame_are_found_by_name_in_any_order(columns):
    np.testing.assert_array_equal(frame_rows(frame(**columns), TABLE), [[1, 2], [3, np.nan]])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS | TRUTH, CELLS | TRUTH), min_size=1, max_size=6))
def test_a_data_frame_is_read_as_the_file_of_it(tmp_path_factory, lines):
    import pandas as pd

    path = write(tmp_path_factory.mktemp("rows"), "age,plan\n" + "".join(f"{a},{b}\n" for a, b in lines))
    texts = pd.read_csv(path, dtype=str, keep_default_na=False)
    np.testing.assert_array_equal(frame_rows(texts, TABLE), read_rows(path, TABLE))


def test_columns_that_a_data_frame_only_numbers_are_taken_by_position():
    import pandas as pd

    rows = np.array([[1.0, 0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(frame_rows(pd.DataFrame(rows), IMAGES), rows)
    np.testing.assert_array_equal(frame_rows(pd.DataFrame(rows[:, :2]), TABLE), rows[:, :2])
    numbered = prepared_by("table", np.eye(2), ("1", "0"))
    np.testing.assert_array_equal(frame_rows(pd.DataFrame([[5.0, 6.0]]), numbered), [[6.0, 5.0]])


def test_a_model_without_names_takes_the_columns_of_a_data_frame_by_position():
    np.testing.assert_array_equal(frame_rows(frame(d=[1], c=[0], b=[0], a=[1]), IMAGES), [[1, 0, 0, 1]])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"age": [1], "plans": [2]}, "has no column 'plan'.*'plans' looks like it"),
        ({"age": [1]}, "has no column 'plan'"),
        ({"age": [1], "age ": [1], "plan": [2]}, "2 columns named 'age'"),
        ({"age": [1, 2], "plan": [2, "basic"]}, r"column 'plan' holds text \('basic'\) in data row 2"),
        ({"age": [], "plan": []}, "holds no rows"),
    ],
)
def test_a_data_frame_that_cannot_be_read_is_refused_in_one_line(columns, words):
    with pytest.raises(BadData, match=f"^the data frame.*{words}") as caught:
        frame_rows(frame(**columns), TABLE)
    assert "\n" not in str(caught.value)


def test_a_numbered_data_frame_of_another_width_is_refused():
    import pandas as pd

    with pytest.raises(BadData, match="3 columns; this model takes 2, by position"):
        frame_rows(pd.DataFrame(np.eye(3)), TABLE)


def test_times_of_a_data_frame_may_be_stamps():
    import pandas as pd

    days = pd.to_datetime(["1970-01-02", None])
    np.testing.assert_array_equal(frame_rows(frame(day=days, plan=[1, 2]), DATED), [[86_400, 1], [np.nan, 2]])


def test_a_column_named_by_numbers_stands_where_it_did():
    import pandas as pd

    np.testing.assert_array_equal(frame_rows(pd.DataFrame([[1, 7, 3]]), BARE), [[1, 3]])


def test_parquet_rows_are_read_as_those_of_a_data_frame(tmp_path):
    rows = frame(plan=["free", None], age=[1, 2])
    rows.to_parquet(tmp_path / "rows.parquet")
    np.testing.assert_array_equal(read_rows(tmp_path / "rows.parquet", PLANS), frame_rows(rows, PLANS))


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    with pytest.raises(BadData, match="is no Parquet file"):
        read_rows(write(tmp_path, "junk", "rows.parquet"), PLANS)


@pytest.mark.parametrize(
    ("preparation", "cells"),
    [
        (Preparation((), (), (), modality="audio", facts={"rate": 8000}), [np.zeros(3), np.ones(5)]),
        (Preparation((), (), (), "uint8", modality="image"), [np.zeros((2, 2, 1)), np.ones((3, 1, 1))]),
        (Preparation(("words",), (), (), "int32", modality="text"), ["one text", "another"]),
    ],
)
def test_the_only_column_of_a_frame_holds_waves_images_or_texts_whatever_its_name(preparation, cells):
    import pandas as pd

    rows = frame_rows(pd.DataFrame({"rows": cells}), preparation)
    assert all(map(np.array_equal, rows, cells))


def test_a_frame_of_several_columns_holds_no_waves():
    import pandas as pd

    with pytest.raises(BadData, match="the data frame has 2 columns; this model takes one, of arrays"):
        frame_rows(
            pd.DataFrame({"a": [0.0], "b": [1.0]}), Preparation((), (), (), modality="audio", facts={"rate": 8000})
        )
