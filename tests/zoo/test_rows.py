"""Rows to predict: read without pandas, equal to what pandas reads."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.cells import MISSING_CELLS
from zoo.data import load_data
from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.rows import frame_rows, read_rows, recoded
from zoo.splits import split

from .prepared import prepared_by

TABLE = prepared_by("table", np.eye(2), ("age", "plan"))
IMAGES = prepared_by("image", np.ones((1, 2, 2, 1), np.float32))


PLANS = prepared_by(
    "table", np.array([[0.0, 1.0], [1.0, 2.0], [np.nan, 3.0]] * 2), ("plan", "age"), {"plan": ("7", "a, b", "free")}
)


def write(folder, text, name="rows.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False).map(repr), st.integers(-(2**70), 2**70).map(str))
CELLS = st.one_of(NUMBERS, NUMBERS.map('"{}"'.format), st.sampled_from((*MISSING_CELLS[1:], " 7", '""')))

TRUTH = st.sampled_from(("True", "false", " TRUE"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.permutations(("age", "plan", "other")),
    st.sampled_from(("\n", "\r\n")),
)
def test_a_table_is_read_as_pandas_reads_it(tmp_path_factory, lines, names, newline):
    import pandas as pd

    text = newline.join(",".join(cells) for cells in [names, *lines]) + newline
    path = write(tmp_path_factory.mktemp("rows"), text)
    frame = pd.read_csv(path, na_values=list(MISSING_CELLS), keep_default_na=False, dtype="float64")
    oracle = frame[["age", "plan"]].to_numpy()
    np.testing.assert_array_equal(read_rows(path, TABLE), oracle)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS | TRUTH, CELLS | TRUTH), min_size=3, max_size=6))
def test_rows_to_predict_are_the_rows_the_training_reader_finds(tmp_path_factory, lines):
    text = "age,plan,churn\n" + "".join(f"{a},{b},{c}\n" for c in "xy" for a, b in [*lines, ("1", "2")])
    path = write(tmp_path_factory.mktemp("rows"), text)
    np.testing.assert_array_equal(read_rows(path, TABLE), load_data(path, target="churn").x)


WORDS = ("free", "FREE", 'say ""hi""', "two\nlines", "a, b", " padded ", "é", "7", "7.0", "07", "-7.00", "1e3", "True")
TEXTS = st.one_of(st.sampled_from(WORDS).map('"{}"'.format), st.sampled_from((*MISSING_CELLS, "7", "free")))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(CELLS, TEXTS, TEXTS), min_size=3, max_size=12),
    st.permutations(("age", "plan", "churn", "town")),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(("", "\ufeff")),
)
def test_a_table_of_text_is_read_as_the_training_reader_reads_it(tmp_path_factory, lines, names, newline, mark):
    learned = [*((*line, label) for line in lines for label in "xy"), *(("1", "no number", "no number", "x"),) * 4]
    cells = [dict(zip(("age", "plan", "town", "churn"), line, strict=True)) for line in learned]
    text = mark + newline.join([",".join(names), *(",".join(line[name] for name in names) for line in cells)]) + newline
    path = write(tmp_path_factory.mktemp("rows"), text)
    dataset = load_data(path, target="churn")
    preparation = Preparation(dataset.columns, dataset.x.shape[1:], (), categories=dataset.categories)
    np.testing.assert_array_equal(read_rows(path, preparation), dataset.x)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, TEXTS), min_size=1, max_size=6))
def test_texts_of_a_data_frame_are_read_as_those_of_its_file(tmp_path_factory, lines):
    import pandas as pd

    path = write(tmp_path_factory.mktemp("rows"), "age,plan\n" + "".join(f"{a},{b}\n" for a, b in lines))
    texts = pd.read_csv(path, dtype=str, keep_default_na=False)
    np.testing.assert_array_equal(frame_rows(texts, PLANS), read_rows(path, PLANS))


def test_unseen_texts_missing_texts_and_numbers_are_told_apart_whatever_stands_beside(tmp_path):
    path = write(tmp_path, 'age,churn,plan\n1,yes,"a, b"\n2,no,pro\n3,yes,\n4,,7.0\n5,no,\n')
    expected = [[1, 1], [-1, 2], [np.nan, 3], [0, 4], [np.nan, 5]]
    np.testing.assert_array_equal(read_rows(path, PLANS), expected)


def test_numbers_and_gaps_of_a_data_frame_are_found_among_texts():
    import pandas as pd

    plans = pd.DataFrame({"age": [1, 2, 3], "plan": [7.0, np.nan, 8.0]})
    np.testing.assert_array_equal(frame_rows(plans, PLANS), [[0, 1], [np.nan, 2], [-1, 3]])
    plans = pd.DataFrame({"age": [1, 2], "plan": pd.Categorical(["free", None])})
    np.testing.assert_array_equal(frame_rows(plans, PLANS), [[2, 1], [np.nan, 2]])


def test_the_line_of_the_file_is_named_where_cells_hold_line_breaks(tmp_path):
    path = write(tmp_path, 'plan,age\n"two\nlines",1\nfree,old\n')
    with pytest.raises(BadData, match=r"holds text \('old'\) in data row 2 \(line 4\); write a number there"):
        read_rows(path, PLANS)


def test_text_without_a_header_is_refused_with_the_cure(tmp_path):
    with pytest.raises(BadData, match=r"names no column of the model, such as 'plan'\. Add a header"):
        read_rows(write(tmp_path, "free,1\n"), PLANS)


SERIES = prepared_by("series", np.random.default_rng(0).normal(size=(4, 5, 1)).astype(np.float32))


def test_series_are_read_flat_and_may_end_early(tmp_path):
    rows = read_rows(write(tmp_path, "1,2,3,4,5\n1,2,3,,NaN\n1,2,3,,\n"), SERIES)
    prepared = SERIES.apply(rows)
    assert prepared.shape == (3, 5, 1)
    np.testing.assert_array_equal(prepared[1:, 3:], 0)


def test_labels_before_series_are_refused_with_the_cure(tmp_path):
    with pytest.raises(BadData, match=r"has 6 columns and no header; this model takes 5\. Remove the labels"):
        read_rows(write(tmp_path, "9,1,2,3,4,5\n"), SERIES)


@pytest.mark.parametrize(
    "text",
    [
        "age,plan\n1,2\n3,\n",
        "\ufeffplan, age ,name\n2,1,Ann\n,3,Bob\n",
        "1,2\n3,?\n",
        "\n1,2\n\n3,\n\n",
    ],
)
def test_columns_are_found_by_name_in_any_order_or_by_position(tmp_path, text):
    np.testing.assert_array_equal(read_rows(write(tmp_path, text), TABLE), [[1, 2], [3, np.nan]])


def test_a_header_of_digits_is_a_header_when_it_names_the_columns(tmp_path):
    preparation = prepared_by("table", np.eye(2), ("2020", "2021"))
    path = write(tmp_path, "2021,2020\n5,6\n")
    np.testing.assert_array_equal(read_rows(path, preparation), [[6, 5]])


def test_tabs_separate_a_tsv(tmp_path):
    assert read_rows(write(tmp_path, "age\tplan\n1\t2\n", "rows.tsv"), TABLE).tolist() == [[1, 2]]


def test_images_may_come_flat_as_text(tmp_path):
    assert IMAGES.apply(read_rows(write(tmp_path, "1,0,0,1\n"), IMAGES)).shape == (1, 2, 2, 1)


@pytest.mark.parametrize("shape", [(3, 2, 2), (3, 2, 2, 1), (3, 4)])
@pytest.mark.parametrize("suffix", ["npz", "npy"])
def test_arrays_are_read_with_or_without_their_channel_axis(tmp_path, shape, suffix):
    x = np.random.default_rng(0).random(shape)
    path = tmp_path / f"rows.{suffix}"
    np.savez(path, x=x) if suffix == "npz" else np.save(path, x)
    np.testing.assert_array_equal(IMAGES.apply(read_rows(path, IMAGES)).ravel(), x.ravel().astype(np.float32))


def test_predicting_the_rows_of_an_embedded_set_gives_its_prepared_rows(tmp_path):
    splits = split(load_data("wine"))
    path = tmp_path / "wine.csv"
    header = ",".join(splits.preparation.columns)
    np.savetxt(path, splits.dataset.x, delimiter=",", header=header, comments="", fmt="%.17g")
    prepared = splits.preparation.apply(read_rows(path, splits.preparation))
    np.testing.assert_array_equal(prepared, splits.preparation.apply(splits.dataset.x))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("age,plan\n", "a header and no rows"),
        ("age,plans\n1,2\n", "has no column 'plan'.*'plans' looks like it"),
        ("age,plan,age\n1,2,3\n", "2 columns named 'age'"),
        ("1,2,3\n", "3 columns and no header; this model takes 2"),
        ("age,plan\n1,2\n3,basic\n", r"column 2 \('plan'\) holds text \('basic'\) in data row 2"),
        ("age,plan\n1,2,3\n", r"data row 1 \(line 2\) has 3 cells and the header 2"),
        ("age,plan\n1,2\n3\n", r"data row 2 \(line 3\) has 1 cell and the header 2"),
        ("1,2\n\n3\n", r"data row 2 \(line 3\) has 1 cell and the first line 2"),
        (b"age,plan\n\x00,1\n", "holds NUL bytes"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_one_line(tmp_path, text, words):
    path = write(tmp_path, text)
    with pytest.raises(BadData, match=words) as caught:
        read_rows(path, TABLE)
    assert str(path) in str(caught.value)


def frame(**columns):
    import pandas as pd

    return pd.DataFrame(columns)


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


def test_rows_of_another_data_set_get_the_places_of_the_models_texts():
    import pandas as pd

    towns = load_data(
        pd.DataFrame({"age": range(6), "plan": ["free", "pro", None] * 2, "y": ["a", "b"] * 3}), target="y"
    )
    assert dict(towns.categories) == {"plan": ("free", "pro")}
    np.testing.assert_array_equal(recoded(towns, towns.x, PLANS)[:3], [[2, 0], [-1, 1], [np.nan, 2]])
    unseen = np.array([[4.0, -1.0]])
    np.testing.assert_array_equal(recoded(towns, unseen, PLANS), [[-1, 4]])


def test_rows_whose_texts_stand_in_the_same_places_are_left_alone():
    wine = load_data("wine")
    assert recoded(wine, wine.x, split(wine).preparation) is wine.x


@pytest.mark.parametrize(
    "columns", [{"plan": [1, 2] * 3, "age": range(6)}, {"plan": ["a", "b"] * 3, "age": ["a", "b"] * 3}]
)
def test_a_column_that_is_text_on_one_side_only_is_refused(columns):
    import pandas as pd

    dataset = load_data(pd.DataFrame({**columns, "y": ["a", "b"] * 3}), target="y")
    with pytest.raises(BadData, match="the model was trained on"):
        recoded(dataset, dataset.x, PLANS)


def test_a_numbered_data_frame_of_another_width_is_refused():
    import pandas as pd

    with pytest.raises(BadData, match="3 columns; this model takes 2, by position"):
        frame_rows(pd.DataFrame(np.eye(3)), TABLE)


def test_files_that_are_no_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "y.npz", y=np.eye(2))
    np.savez(tmp_path / "objects.npz", x=np.array([{}, {}], dtype=object))
    (tmp_path / "torn.npz").write_bytes(b"PK\x03\x04")
    (tmp_path / "text.npy").write_bytes(b"hello")
    for name in ("y.npz", "objects.npz", "torn.npz", "text.npy", "missing.npz", "."):
        with pytest.raises(BadData, match="npz|folder|npy|x=x") as caught:
            read_rows(tmp_path / name, TABLE)
        assert "allow_pickle" not in str(caught.value)


def test_reading_and_preparing_rows_imports_neither_pandas_nor_scikit_learn(tmp_path):
    path = write(tmp_path, "age,plan\n" + "1,free\n2,pro\n" * 50)
    code = (
        "import sys; from zoo.preparation import Preparation; from zoo.rows import read_rows; "
        f"p = Preparation.from_json({PLANS.to_json()!r}); p.apply(read_rows({str(path)!r}, p)); "
        "print([m for m in ('pandas', 'sklearn', 'scipy', 'tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


DATED = Preparation(("day", "plan"), (2,), (), dates=("day",), facts={"ways": {"day": "%d.%m.%Y"}})


def test_times_are_read_as_they_were_written_when_the_model_was_trained(tmp_path):
    rows = read_rows(write(tmp_path, "plan,day\n2,02.01.1970\n3,\n"), DATED)
    np.testing.assert_array_equal(rows, [[86_400, 2], [np.nan, 3]])


def test_a_time_written_in_another_way_is_refused(tmp_path):
    with pytest.raises(BadData, match=r"holds text \('1970-01-02'\) in data row 1 .*write a time as in the rows"):
        read_rows(write(tmp_path, "plan,day\n2,1970-01-02\n"), DATED)
    with pytest.raises(BadData, match="write a time as in the rows"):
        frame_rows(frame(day=["soon"], plan=[1]), DATED)


def test_times_of_a_data_frame_may_be_stamps():
    import pandas as pd

    days = pd.to_datetime(["1970-01-02", None])
    np.testing.assert_array_equal(frame_rows(frame(day=days, plan=[1, 2]), DATED), [[86_400, 1], [np.nan, 2]])


BARE = Preparation(("x0", "x2"), (2,), (), facts={"separator": ";", "named": ["x0", "x1", "x2"], "target": "x1"})


@pytest.mark.parametrize("text", ["1;a;3\n", "1;3\n", "x2;x0\n3;1\n"])
def test_rows_without_a_header_may_hold_the_target_or_lack_it(tmp_path, text):
    assert read_rows(write(tmp_path, text), BARE).tolist() == [[1, 3]]


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


def test_an_array_in_a_file_of_its_own_that_is_too_large_to_be_held_stays_there(tmp_path, monkeypatch):
    np.save(tmp_path / "rows.npy", np.eye(2))
    monkeypatch.setattr("zoo.rows.budget", lambda asked: 10)
    found = read_rows(tmp_path / "rows.npy", TABLE)
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, np.eye(2))
