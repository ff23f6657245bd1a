"""Forecasts: windows in time with the values that follow them, and one-line refusals for everything else."""

import numpy as np
import pandas as pd
import pytest

from zoo.checking import check
from zoo.data import load_data
from zoo.data._windows import windows
from zoo.errors import BadData, BadValue, UnknownName, ZooError
from zoo.lazy import LazyRows
from zoo.repeating import naive_error
from zoo.splits import split

ROWS = 60
DAYS = pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d")
SOLD = 100.0 + np.arange(ROWS) + 10.5 * (np.arange(ROWS) % 7 == 0)


def frame_of(**columns):
    return pd.DataFrame({"day": DAYS, "sold": SOLD, **columns})


def forecast(frame, **options):
    return load_data(frame, **{"target": "sold", "time": "day", "lookback": 7, "horizon": 1, **options})


def test_each_window_holds_the_values_before_its_target():
    rain = np.linspace(0, 1, ROWS)
    dataset = forecast(frame_of(rain=rain, note="ok"), horizon=3)
    assert (dataset.modality, dataset.kind, dataset.horizon) == ("series", "regression", 3)
    assert (dataset.x.shape, dataset.x.dtype, dataset.y.shape, dataset.y.dtype) == (
        (51, 7, 2),
        np.float32,
        (51, 3),
        np.float64,
    )
    for place in range(51):
        np.testing.assert_allclose(dataset.x[place, :, 0], SOLD[place : place + 7])
        np.testing.assert_allclose(dataset.x[place, :, 1], rain[place : place + 7], rtol=1e-6)
        np.testing.assert_array_equal(dataset.y[place], SOLD[place + 7 : place + 10])
    assert dataset.facts["columns"] == ["sold", "rain"]
    assert "column 'note' is left out: a forecast takes numbers" in dataset.warnings


def test_targets_of_one_step_are_one_axis():
    dataset = forecast(frame_of())
    np.testing.assert_array_equal(dataset.y, SOLD[7:])


def test_parts_follow_in_time_and_share_no_target():
    splits = split(forecast(frame_of(), horizon=3))
    dataset, places = splits.dataset, splits.places
    parts = [set(dataset.y[part].ravel()) for part in (places.train, places.validation, places.test)]
    assert not parts[0] & parts[1] and not parts[1] & parts[2]
    assert dataset.times[places.train].max() < dataset.times[places.validation].min()
    assert dataset.times[places.validation].max() < dataset.times[places.test].min()
    assert splits.task.outputs == 3


def test_rows_out_of_order_are_sorted_aloud():
    shuffled = frame_of().sample(frac=1, random_state=0)
    dataset = forecast(shuffled)
    np.testing.assert_array_equal(dataset.y, SOLD[7:])
    assert any(text.startswith("the rows are not in order of 'day': sorted by it") for text in dataset.warnings)


def test_repeated_and_uneven_times_are_told():
    days = [*DAYS[:20], DAYS[19], *DAYS[21:40], *pd.date_range("2024-03-01", periods=20).strftime("%Y-%m-%d")]
    said = forecast(pd.DataFrame({"day": days, "sold": SOLD})).warnings
    assert "column 'day' repeats 1 times, such as 2024-01-20: all rows are kept" in said
    assert "2 of 59 steps of 'day' are uneven: windows count rows" in said


def test_gaps_are_filled_forward_and_never_asked_for():
    sold = SOLD.copy()
    sold[[30, 31]] = np.nan
    dataset = forecast(frame_of().assign(sold=sold))
    assert not np.isin(SOLD[[30, 31]], dataset.y).any()
    assert len(dataset.y) == ROWS - 7 - 2
    np.testing.assert_array_equal(dataset.x[23, :, 0], [*SOLD[25:30], SOLD[29], SOLD[29]])
    assert "2 of 53 windows are left out: their target was filled in" in dataset.warnings


def test_marks_beside_digits_are_read_aloud():
    cells = [str(value) for value in SOLD]
    cells[12] = f"?{cells[12]}"
    dataset = forecast(frame_of().assign(sold=cells))
    np.testing.assert_array_equal(dataset.y, SOLD[7:])
    assert any("hold marks beside the digits, such as '?112.0' in data row 13" in text for text in dataset.warnings)


def test_a_lookback_of_one_season_and_one_step_ahead_are_chosen_aloud():
    dataset = load_data(frame_of(), target="sold", time="day")
    assert (dataset.source.lookback, dataset.source.horizon, dataset.x.shape[1]) == (7, 1, 7)
    said = " ".join(dataset.warnings)
    assert "looks back 7 steps ('sold' repeats after 7)" in said
    assert "the next value of 'sold' is forecast" in said


def test_without_a_season_a_tenth_of_the_rows_is_looked_back_on():
    noise = np.random.default_rng(0).normal(size=ROWS)
    dataset = load_data(frame_of().assign(sold=noise), target="sold", time="day")
    assert dataset.source.lookback == 6
    assert "no season is evident" in " ".join(dataset.warnings)


def test_a_table_of_events_is_split_by_time_and_not_forecast():
    random = np.random.default_rng(0)
    days = DAYS[np.sort(random.integers(0, ROWS, ROWS))]
    dataset = load_data(frame_of(size=random.normal(size=ROWS)).assign(day=days), target="sold", time="day")
    assert (dataset.modality, dataset.columns) == ("table", ("size",))
    assert dataset.times is not None


def test_a_hundred_thousand_rows_are_read():
    rows = 100_000
    frame = pd.DataFrame({"at": np.arange(rows), "v": np.sin(np.arange(rows) / 7.0)})
    dataset = load_data(frame, target="v", time="at", lookback=5, horizon=2)
    assert dataset.x.shape == (rows - 6, 5, 1)


def test_a_file_of_any_name_is_read(tmp_path):
    path = tmp_path / "größe und zeit.csv"
    frame_of().to_csv(path, index=False)
    np.testing.assert_array_equal(load_data(path, target="sold", time="day", lookback=7).y, SOLD[7:])


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        ({"day": ["soon", *DAYS[1:]]}, {}, BadData, "column 'day' holds 'soon' in data row 1, and so in"),
        ({"day": [*DAYS[:4], "soon", *DAYS[5:]]}, {}, BadData, "column 'day' holds 'soon' in data row 5, which is no"),
        ({"day": [*DAYS[:4], None, *DAYS[5:]]}, {}, BadData, "column 'day' is empty in data row 5"),
        ({"sold": [*SOLD[:9], *[np.nan] * 6, *SOLD[15:]]}, {}, BadData, "missing in 6 of 60 rows, 6 of them in succes"),
        ({"sold": ["low", "high"] * 30}, {}, BadData, "column 'sold' holds text; a forecast is of numbers"),
        ({}, {"lookback": 58, "horizon": 3}, BadData, "60 rows; a lookback of 58 and a horizon of 3 need 61"),
        ({}, {"lookback": 45, "horizon": 5}, BadData, "has 11 windows; a lookback of 45 and a horizon of 5 need 79"),
        ({"day": DAYS[np.arange(60) // 4]}, {}, BadData, "repeats in 45 of 60 rows, as if several series stood"),
        ({}, {"horizon": 0}, BadValue, "horizon is 0; it must be at least 1"),
        ({}, {"task": "classification"}, BadValue, "a forecast is of quantities"),
        ({"w": 1.0}, {"weight": "w"}, BadValue, "--weight is 'w', but a forecast is of one series"),
        ({}, {"time": "dya"}, UnknownName, "did you mean 'day'"),
        ({"empty": np.nan}, {}, BadData, "column 'empty' has no value"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_one_line(change, options, error, words):
    with pytest.raises(error) as caught:
        forecast(frame_of().assign(**change), **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_windows_are_cut_from_all_channels_and_the_first_is_the_target():
    values = np.arange(20.0).reshape(10, 2)
    x, y, places = windows(values, 3, 2)
    np.testing.assert_array_equal(x[4], values[4:7])
    np.testing.assert_array_equal(y[4], values[7:9, 0])
    assert places.tolist() == [3, 4, 5, 6, 7, 8]


def test_windows_share_the_memory_of_the_values():
    values = np.arange(20.0).reshape(10, 2)
    x, y, _ = windows(values, 3, 2)
    assert np.shares_memory(x, values) and np.shares_memory(y, values)


@pytest.mark.parametrize("window", ["none", "last", "mean"])
@pytest.mark.parametrize("filled", [[], [30]])
def test_windows_past_the_budget_are_those_in_memory_and_prepared_alike(filled, window):
    frame = frame_of(rain=np.linspace(0, 1, ROWS))
    frame.loc[filled, "sold"] = np.nan
    held, lazy = (forecast(frame, horizon=2, memory=memory) for memory in (None, 100))
    assert isinstance(held.x, np.ndarray) and isinstance(lazy.x, LazyRows)
    assert held.source.sha256 == lazy.source.sha256
    assert any(text.startswith("windows would fill ") and "(--memory): each is cut" in text for text in lazy.warnings)
    ours, theirs = (split(dataset, preparation={"window": window, "length": 4}) for dataset in (lazy, held))
    assert (ours.preparation, ours.places.how) == (theirs.preparation, theirs.places.how)
    assert naive_error(ours) == naive_error(theirs)
    for name in ("train", "validation", "test"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert isinstance(mine.x, np.memmap)
        np.testing.assert_array_equal(mine.x, other.x)
        np.testing.assert_array_equal(mine.y, other.y)
        np.testing.assert_array_equal(mine.scale.mean, other.scale.mean)


def test_windows_past_the_budget_are_checked_drawn_from_and_followed_by_a_test_part(tmp_path):
    frame_of()[:45].to_csv(tmp_path / "train.csv", index=False)
    frame_of()[45:].to_csv(tmp_path / "test.csv", index=False)
    asked = {"target": "sold", "time": "day", "lookback": 7, "rows": 30}
    held, lazy = (load_data(tmp_path, **asked, memory=memory) for memory in (None, 500))
    assert isinstance(lazy.x, LazyRows) and isinstance(lazy.x_test, LazyRows)
    assert lazy.source.sha256 == held.source.sha256
    assert not any("stay on the disk" in text for text in lazy.warnings)
    found = check(lazy, split(lazy))
    assert found.data == "45 windows of 7 steps"
    np.testing.assert_array_equal(split(lazy).test.x, split(held).test.x)


def test_too_few_rows_for_any_window_are_refused():
    with pytest.raises(ZooError, match="has 5 rows"):
        forecast(frame_of().head(5))


def test_a_number_that_is_not_finite_is_named_by_its_column_and_row():
    with pytest.raises(BadData, match=r"column 'v' is inf in data row 9 \(1 such\); numbers must be finite"):
        load_data(
            pd.DataFrame({"t": range(40), "v": [1.0, 2.0] * 4 + [np.inf] + [3.0] * 31}), "v", time="t", lookback=4
        )


def test_a_number_that_windows_cannot_hold_is_named_too():
    with pytest.raises(BadData, match=r"column 'w' is 1e\+39 in data row 3 \(1 such\).*3\.4e\+38 at most"):
        forecast(frame_of(w=[0.0, 1.0, 1e39, *range(ROWS - 3)]))
