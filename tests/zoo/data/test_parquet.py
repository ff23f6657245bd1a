"""Parquet tables: read as the data frame that was written."""

import datetime

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData
from zoo.rows import read_rows
from zoo.splits import split

FRAME = pd.DataFrame(
    {
        "age": pd.array([1, None, 3] * 4, dtype="Int64"),
        "town": pd.Categorical(["Rome", "Oslo", None] * 4),
        "day": pd.date_range("2024-01-01", periods=12, tz="Europe/Rome"),
        "born": [datetime.date(1990, 1, 1 + day) for day in range(12)],
        "fit": [True, False, None] * 4,
        "y": ["a", "b"] * 6,
    }
)


def test_numbers_texts_times_and_truth_are_read_as_from_the_data_frame(tmp_path):
    path = tmp_path / "été 1.parquet"
    FRAME.to_parquet(path)
    dataset, frame = load_data(path, target="y"), load_data(FRAME, target="y")
    np.testing.assert_array_equal(dataset.x, frame.x)
    assert (dataset.columns, dataset.dates) == (("age", "town", "day", "born", "fit"), ("day", "born"))
    assert dataset.source.sha256 == frame.source.sha256
    assert dataset.x[0, 2] == pd.Timestamp("2023-12-31 23:00").timestamp()


def test_a_folder_holds_train_and_test(tmp_path):
    FRAME.to_parquet(tmp_path / "train.parquet")
    FRAME[:3].to_parquet(tmp_path / "test.parquet")
    assert len(load_data(tmp_path, target="y").x_test) == 3


@pytest.mark.parametrize("content", [b"", b"PAR1 junk PAR1", b"age,y\n1,a\n"])
def test_what_is_no_parquet_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "rows.parquet").write_bytes(content)
    with pytest.raises(BadData, match="is no Parquet file") as caught:
        load_data(tmp_path / "rows.parquet", target="y")
    assert "\n" not in str(caught.value)


def test_a_table_without_rows_is_refused(tmp_path):
    FRAME[:0].to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(BadData, match="has no rows below its header"):
        load_data(tmp_path / "rows.parquet", target="y")


def test_an_index_with_a_name_is_a_column_and_one_without_is_left_out_aloud(tmp_path):
    frame = FRAME[["age", "fit", "y"]]
    frame.set_index(pd.Index([1, 0, *range(20, 120, 10)], name="when")).to_parquet(tmp_path / "named.parquet")
    frame.set_index(pd.Index([7, 3] * 6)).to_parquet(tmp_path / "plain.parquet")
    named, plain = (load_data(tmp_path / f"{name}.parquet", target="y") for name in ("named", "plain"))
    assert named.columns == ("age", "fit", "when")
    np.testing.assert_array_equal(named.x[:, 2], [1, 0, *range(20, 120, 10)])
    assert plain.columns == ("age", "fit")
    assert plain.warnings[0] == "plain.parquet: the index has no name, so it is left out"


def test_rows_to_predict_keep_the_index_that_was_learned_from(tmp_path):
    frame = FRAME[["age", "fit", "y"]].set_index(pd.Index([1, 0, *range(20, 120, 10)], name="when"))
    frame.to_parquet(tmp_path / "named.parquet")
    splits = split(load_data(tmp_path / "named.parquet", target="y"))
    np.testing.assert_array_equal(read_rows(tmp_path / "named.parquet", splits.preparation), splits.dataset.x)


def test_a_test_file_that_does_not_fit_is_called_by_its_name(tmp_path):
    FRAME.to_parquet(tmp_path / "train.parquet")
    FRAME.drop(columns="age").to_parquet(tmp_path / "test.parquet")
    with pytest.raises(BadData, match=r"^\S+test\.parquet has no column 'age'"):
        load_data(tmp_path, target="y")
    FRAME.assign(age="old").to_parquet(tmp_path / "test.parquet")
    with pytest.raises(BadData, match=r"^\S+test\.parquet: column 'age' holds text \('old'\) in data row 1"):
        load_data(tmp_path, target="y")
