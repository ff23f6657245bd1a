"""Series to predict: the last window of a table, series of a long table, and lines of numbers."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData
from zoo.plans import fit_preparation
from zoo.reading.series import rows_of_frame, series

ROWS = 60
FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d"),
        "sold": 100.0 + np.arange(ROWS),
        "rain": np.linspace(0, 1, ROWS),
    }
)


@pytest.fixture(scope="module")
def forecast():
    dataset = load_data(FRAME, target="sold", time="day", lookback=7, horizon=2)
    return fit_preparation(dataset, dataset.x)


@pytest.fixture(scope="module")
def long():
    rows = [(f"s{i}", step, i + step, "ab"[i % 2]) for i in range(12) for step in range(3 + i % 3)]
    frame = pd.DataFrame(rows, columns=["who", "t", "up", "kind"])
    dataset = load_data(frame, target="kind", id="who", time="t")
    return fit_preparation(dataset, dataset.x), frame


def test_the_last_window_in_time_is_read_with_its_columns_in_any_order(tmp_path, forecast):
    path = tmp_path / "größe.csv"
    FRAME[["rain", "sold", "day"]].sample(frac=1, random_state=0).to_csv(path, index=False)
    rows, names, (said,) = series(path, forecast)
    assert (rows.shape, names) == ((1, 7, 2), ())
    assert said == "forecast of the next 2 values of 'sold' after 2024-02-29, by the 7 up to there"
    np.testing.assert_allclose(rows[0], FRAME[["sold", "rain"]].to_numpy()[-7:], rtol=1e-6)


def test_a_data_frame_gives_the_window_of_its_file(tmp_path, forecast):
    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    np.testing.assert_array_equal(rows_of_frame(FRAME, forecast)[0], series(tmp_path / "rows.csv", forecast)[0])


def test_gaps_are_filled_as_they_were_to_learn_from(forecast):
    rows, _, _ = rows_of_frame(FRAME.assign(sold=[*FRAME.sold[:-2], np.nan, np.nan]), forecast)
    np.testing.assert_array_equal(rows[0, -3:, 0], [157.0, 157.0, 157.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.head(6), "has 6 rows; this model looks back 7 steps"),
        (lambda frame: frame.drop(columns="sold"), "has no column 'sold'"),
        (lambda frame: frame.assign(day="soon"), "column 'day' holds 'soon' in data row 1, which is no time"),
        (lambda frame: frame.assign(sold="many"), r"column 'sold' holds text \('many'\) in data row 1"),
        (lambda frame: frame.head(7).assign(sold=[np.nan, *range(6)]), "lacks numbers at the start of the last 7 rows"),
    ],
)
def test_rows_that_make_no_window_are_refused(tmp_path, forecast, change, words):
    path = tmp_path / "rows.csv"
    change(FRAME).to_csv(path, index=False)
    with pytest.raises(BadData, match=words):
        series(path, forecast)


def test_series_of_a_long_table_are_named_and_end_in_gaps(tmp_path, long):
    preparation, frame = long
    frame.sample(frac=1, random_state=0).drop(columns="kind").to_csv(tmp_path / "rows.csv", index=False)
    rows, names, _ = series(tmp_path / "rows.csv", preparation)
    place = names.index("s4")
    np.testing.assert_array_equal(rows[place, :, 0], [4, 5, 6, 7, np.nan])
    assert rows.shape == (12, 5, 1)


def test_a_series_that_is_longer_than_the_model_takes_is_refused(long):
    frame = pd.DataFrame({"who": ["x"] * 6, "t": range(6), "up": range(6)})
    with pytest.raises(BadData, match="series 'x' has 6 steps; this model takes up to 5"):
        rows_of_frame(frame, long[0])


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), ("day,sold,rain\n", "has a header and no rows")])
def test_a_file_without_rows_is_refused(tmp_path, forecast, text, words):
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(BadData, match=words):
        series(path, forecast)
