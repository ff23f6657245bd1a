"""Rows to predict: read without pandas, equal to what pandas reads."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.errors import BadData
from zoo.raw.cells import MISSING_CELLS
from zoo.rows import read_rows
from zoo.splits import split

from .prepared import prepared_by
from .row_models import BARE, CELLS, IMAGES, PLANS, TABLE, TRUTH, write


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


@pytest.mark.parametrize("text", ["1;a;3\n", "1;3\n", "x2;x0\n3;1\n"])
def test_rows_without_a_header_may_hold_the_target_or_lack_it(tmp_path, text):
    assert read_rows(write(tmp_path, text), BARE).tolist() == [[1, 3]]


def test_an_array_in_a_file_of_its_own_that_is_too_large_to_be_held_stays_there(tmp_path, monkeypatch):
    np.save(tmp_path / "rows.npy", np.eye(2))
    monkeypatch.setattr("zoo.rows.budget", lambda asked: 10)
    found = read_rows(tmp_path / "rows.npy", TABLE)
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, np.eye(2))
