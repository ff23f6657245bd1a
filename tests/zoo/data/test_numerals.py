"""Tables whose numbers have a decimal comma or signs between thousands: the same to learn from and to predict."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import _files, load_data
from zoo.errors import BadData
from zoo.labelled.answers import column
from zoo.lazy import LazyRows
from zoo.plans import fit_preparation
from zoo.rows import frame_rows, read_rows
from zoo.splits import split

ROWS = 40


def frame(rows=ROWS):
    random = np.random.default_rng(0)
    size = (random.normal(size=rows) * 3000).round(2)
    whole = random.integers(0, 9, rows)
    return pd.DataFrame({"size": size, "count": whole, "price": (size / 7).round(1), "note": ["u", "v"] * (rows // 2)})


def grouped(value, thousands=".", decimal=","):
    return f"{value:,.2f}".replace(",", "t").replace(".", decimal).replace("t", thousands)


def written(path, table, thousands=".", decimal=",", sep=";"):
    """Write the table as spreadsheets of other countries do: size with signs between thousands."""
    shown = table.assign(size=[grouped(value, thousands, decimal) for value in table["size"]])
    shown.to_csv(path, sep=sep, decimal=decimal, index=False)
    return path


def of_column(tmp_path, cells, sep=";", head="n"):
    lines = [f"{cell}{sep}{row * row % 7}{sep}{'ab'[row % 2]}" for row, cell in enumerate(cells * 10)]
    (tmp_path / "t.csv").write_text("\n".join([f"{head}{sep}k{sep}y", *lines]) + "\n")
    return load_data(tmp_path / "t.csv", target="y")


@pytest.mark.parametrize("thousands", [".", " ", ""])
def test_decimal_commas_are_read_as_pandas_reads_them_and_said_once(tmp_path, thousands):
    path = written(tmp_path / "t.csv", frame(), thousands)
    dataset = load_data(path, target="price")
    oracle = pd.read_csv(path, sep=";", decimal=",", thousands=thousands or None)
    np.testing.assert_array_equal(dataset.x[:, :2], oracle[["size", "count"]])
    np.testing.assert_array_equal(dataset.y, oracle["price"])
    assert sum("numbers are written with a decimal comma" in told for told in dataset.warnings) == 1
    assert dataset.facts["numerals"] == {"size": "comma", "count": "comma", "price": "comma"}


def test_commas_between_thousands_are_read_as_pandas_reads_them(tmp_path):
    path = written(tmp_path / "t.csv", frame(), ",", ".", ",")
    dataset = load_data(path, target="price")
    np.testing.assert_array_equal(dataset.x[:, 0], pd.read_csv(path, thousands=",")["size"])
    assert dataset.facts == {"numerals": {"size": "point"}}


def test_the_way_to_write_a_table_is_no_part_of_its_content(tmp_path):
    frame().to_csv(tmp_path / "t.csv", index=False)
    plain = load_data(tmp_path / "t.csv", target="price")
    for name, sep, decimal in (("a.csv", ";", ","), ("b.csv", "\t", "."), ("c.csv", ",", ".")):
        other = load_data(written(tmp_path / name, frame(), " ", decimal, sep), target="price")
        assert other.source.sha256 == plain.source.sha256


def test_rows_on_the_disk_are_those_in_memory(tmp_path, monkeypatch):
    frames = _files.TextTable.frames
    monkeypatch.setattr(_files.TextTable, "frames", lambda self, rows=7: frames(self, rows))
    path = written(tmp_path / "t.csv", frame())
    held, lazy = load_data(path, target="price"), load_data(path, target="price", memory=1000)
    assert isinstance(lazy.x, LazyRows)
    np.testing.assert_array_equal(lazy.x.read(), held.x)
    assert lazy.source.sha256 == held.source.sha256


def test_rows_to_predict_and_their_answers_are_read_as_those_learned_from(tmp_path):
    path = written(tmp_path / "t.csv", frame())
    dataset = load_data(path, target="price")
    preparation = split(dataset).preparation
    np.testing.assert_array_equal(read_rows(path, preparation), dataset.x)
    assert list(map(float, column(path, "price", preparation.facts))) == dataset.y.tolist()
    texts = pd.read_csv(path, sep=";", dtype=str)
    for given in (texts, pd.read_csv(path, sep=";", decimal=",", thousands=".")):
        np.testing.assert_array_equal(frame_rows(given, preparation), dataset.x)


def test_a_whole_number_learned_from_beside_decimal_commas_may_have_one_when_predicted(tmp_path):
    dataset = load_data(written(tmp_path / "t.csv", frame()), target="note")
    (tmp_path / "new.csv").write_text("size;count;price\n1.234;2,5;1\n")
    preparation = fit_preparation(dataset, dataset.x)
    np.testing.assert_array_equal(read_rows(tmp_path / "new.csv", preparation), [[1234, 2.5, 1]])


def test_a_number_to_predict_or_to_test_by_in_another_style_is_refused(tmp_path):
    dataset = load_data(written(tmp_path / "train.csv", frame()), target="note")
    frame(4).to_csv(tmp_path / "test.csv", sep=";", index=False)
    with pytest.raises(BadData, match=r"column 1 \('size'\) holds text .* write a number with a decimal comma there"):
        read_rows(tmp_path / "test.csv", fit_preparation(dataset, dataset.x))
    with pytest.raises(BadData, match=r"test\.csv: column 'size' holds '.*' in data row 1; .* decimal comma"):
        load_data(tmp_path, target="note")


def test_a_test_part_is_read_as_the_rows_to_learn_from(tmp_path):
    written(tmp_path / "train.csv", frame())
    written(tmp_path / "test.csv", frame(6))
    dataset = load_data(tmp_path, target="price")
    np.testing.assert_array_equal(dataset.x_test[:, 0], frame(6)["size"])
    np.testing.assert_array_equal(dataset.y_test, frame(6)["price"])


def test_forecasts_are_learned_and_made_of_decimal_commas(tmp_path):
    days = pd.date_range("2024-01-01", periods=80).strftime("%Y-%m-%d")
    table = pd.DataFrame({"day": days, "load": (1000 + np.arange(80.0) ** 1.5).round(2)})
    table.to_csv(tmp_path / "t.csv", sep=";", decimal=",", index=False)
    dataset = load_data(tmp_path / "t.csv", target="load", time="day", lookback=8)
    np.testing.assert_allclose(dataset.x[0, :, 0], table["load"][:8], rtol=1e-6)
    window = read_rows(tmp_path / "t.csv", split(dataset).preparation)
    np.testing.assert_allclose(np.ravel(window), table["load"][-8:], rtol=1e-6)


@pytest.mark.parametrize(
    ("cells", "sep", "first", "doubted"),
    [
        (["1,234", "5,678", "12,001"], ";", 1.234, True),
        (["1,23", "5,678", "12,001"], ";", 1.23, False),
        (['"1,234"', '"5,678"', '"12,001"'], ",", 1234, False),
        (["1,234", "5,678", "12,001"], "\t", 1234, True),
        (["1.234", "5.678", "12.001"], ";", 1.234, True),
        (["1.234", "5.67", "12.001"], ";", 1.234, False),
        (["1.234,5", "1.234", "2"], ";", 1234.5, False),
    ],
)
def test_cells_that_may_mean_two_numbers_are_read_by_the_separator_and_the_doubt_is_said(
    tmp_path, cells, sep, first, doubted
):
    dataset = of_column(tmp_path, cells, sep)
    assert dataset.x[0, 0] == first
    assert any("is in doubt" in told for told in dataset.warnings) == doubted


def test_other_columns_settle_a_doubt(tmp_path):
    lines = [f"1,{row + 100};{row},5;1.{row + 100};{'ab'[row % 2]}" for row in range(30)]
    (tmp_path / "t.csv").write_text("\n".join(["n;m;k;y", *lines]) + "\n")
    dataset = load_data(tmp_path / "t.csv", target="y")
    np.testing.assert_array_equal(dataset.x[0], [1.1, 0.5, 1100])
    assert not any("is in doubt" in told for told in dataset.warnings)


@pytest.mark.parametrize(
    "cells", [["12,5 %", "7,1 %", "8 %"], ["1,5 \u20ac", "2 \u20ac", "3,25 \u20ac"], ["110 001", "110 002"]]
)
def test_percent_signs_currencies_and_codes_of_one_width_stay_text(tmp_path, cells):
    assert "n" in of_column(tmp_path, cells).categories


def test_a_table_without_a_header_may_start_with_decimal_commas(tmp_path):
    (tmp_path / "t.csv").write_text("".join(f"{row},5;{row * row},25;{'ab'[row % 2]}\n" for row in range(30)))
    dataset = load_data(tmp_path / "t.csv", target="2")
    np.testing.assert_array_equal(dataset.x[:2], [[0.5, 0.25], [1.5, 1.25]])
    (tmp_path / "new.csv").write_text("1,5;2,25\n")
    np.testing.assert_array_equal(read_rows(tmp_path / "new.csv", fit_preparation(dataset, dataset.x)), [[1.5, 2.25]])


def test_one_column_to_predict_needs_no_separator(tmp_path):
    dataset = load_data(written(tmp_path / "t.csv", frame()[["size", "note"]]), target="note")
    (tmp_path / "new.csv").write_text("size\n1,5\n-2,25\n")
    found = read_rows(tmp_path / "new.csv", fit_preparation(dataset, dataset.x))
    np.testing.assert_array_equal(found, [[1.5], [-2.25]])


def test_ignored_columns_have_no_style_and_raise_no_doubt(tmp_path):
    lines = [f"{row},234;{row * row % 7}.5;{'ab'[row % 2]}" for row in range(1, 31)]
    (tmp_path / "t.csv").write_text("\n".join(["n;k;y", *lines]) + "\n")
    dataset = load_data(tmp_path / "t.csv", target="y", ignore=("n",))
    assert (dict(dataset.facts), len(dataset.warnings)) == ({"separator": ";"}, 1)
