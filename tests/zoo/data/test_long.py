"""Long tables: rows of one id are one series, whose target is one; everything else is refused in one line."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData, BadValue, UnknownName
from zoo.splits import split

LENGTHS = [3 + place % 4 for place in range(24)]


def long_frame():
    """Two channels of 24 series in two classes, each value telling where it stands."""
    rows = [
        (f"s{place}", step, place + step / 10, -step, "ab"[place % 2], place // 2)
        for place, length in enumerate(LENGTHS)
        for step in range(length)
    ]
    return pd.DataFrame(rows, columns=["who", "t", "up", "down", "kind", "home"])


def read(frame, **options):
    return load_data(frame, **{"target": "kind", "id": "who", "time": "t", "ignore": ["home"], **options})


def test_rows_of_one_id_are_one_series():
    dataset = read(long_frame())
    assert (dataset.modality, dataset.x.shape, dataset.x.dtype) == ("series", (24, 6, 2), np.float32)
    assert (dataset.classes, dataset.names[:3]) == (("a", "b"), ("s0", "s1", "s2"))
    np.testing.assert_array_equal(dataset.y, [0, 1] * 12)
    for place, length in enumerate(LENGTHS):
        np.testing.assert_allclose(dataset.x[place, :length, 0], place + np.arange(length) / 10, rtol=1e-6)
        np.testing.assert_array_equal(dataset.x[place, :length, 1], -np.arange(length))
        assert np.isnan(dataset.x[place, length:]).all()


def test_rows_in_any_order_give_the_same_series_and_are_sorted_aloud():
    straight, mixed = read(long_frame()), read(long_frame().sample(frac=1, random_state=1))
    places = [mixed.names.index(name) for name in straight.names]
    np.testing.assert_array_equal(mixed.x[places], straight.x)
    assert any("series are not in order of 't': sorted by it" in text for text in mixed.warnings)


def test_without_a_time_the_reader_is_named_and_rows_keep_their_order(tmp_path):
    path = tmp_path / "lange Tabelle.csv"
    long_frame().drop(columns="t").to_csv(path, index=False)
    dataset = load_data(path, target="kind", id="who", ignore=["home"], reader="series")
    np.testing.assert_array_equal(dataset.x, read(long_frame()).x)


def test_quantities_are_learned_from_series_as_well():
    dataset = read(long_frame(), target="home", ignore=["kind"], task="regression")
    assert (dataset.kind, dataset.y.tolist()) == ("regression", [place // 2 for place in range(24)])


def test_series_of_one_group_share_a_part():
    splits = split(read(long_frame(), group="home", ignore=[]))
    groups = splits.dataset.groups
    parts = [set(groups[part]) for part in (splits.places.train, splits.places.validation, splits.places.test)]
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])


def test_columns_of_text_are_left_out_aloud():
    assert "column 'note' is left out: channels are numbers" in read(long_frame().assign(note="ok")).warnings


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        (lambda f: f.assign(who=["", *f.who[1:]]), {}, BadData, "column 'who' is empty in data row 1"),
        (lambda f: f.assign(t=["soon", *f.t[1:].astype(str)]), {}, BadData, "holds 'soon' in data row 1, which is no"),
        (
            lambda f: f.assign(up=["x", *f.up[1:].astype(str)]),
            {},
            BadData,
            "column 'up' holds text ('x') in data row 1",
        ),
        (lambda f: f.drop(columns=["up", "down"]), {}, BadData, "has no column of numbers beside"),
        (lambda f: f, {"lookback": 3}, BadValue, "--lookback is '3', but with --id each id is a series"),
        (lambda f: f, {"id": "whom"}, UnknownName, "did you mean 'who'"),
        (lambda f: f.assign(up=[np.nan, *f.up[1:]]), {}, BadData, "row 1 lacks a number at time 1, channel 1"),
    ],
)
def test_what_is_no_long_table_is_refused_in_one_line(tmp_path, change, options, error, words):
    path = tmp_path / "long.csv"
    change(long_frame()).to_csv(path, index=False)
    with pytest.raises(error) as caught:
        read(path, reader="series", **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_target_that_differs_within_an_id_is_refused_by_the_reader_of_series(tmp_path):
    path = tmp_path / "long.csv"
    frame = long_frame()
    frame.loc[1, "kind"] = "b"
    frame.to_csv(path, index=False)
    with pytest.raises(BadData, match=r"differs within one id: 's0' has 'a' and, in data row 2, 'b'"):
        read(path, reader="series")


def test_a_table_whose_ids_do_not_repeat_stays_a_table():
    frame = long_frame().drop_duplicates("who")
    dataset = load_data(frame, target="kind", id="who", time="t", ignore=["home"])
    assert (dataset.modality, dataset.columns) == ("table", ("up", "down"))


def test_a_file_of_series_with_fractions_as_targets_holds_quantities(tmp_path):
    frame = long_frame().assign(home=lambda rows: rows["home"] + 0.5)
    frame.to_csv(tmp_path / "long.csv", index=False)
    dataset = load_data(tmp_path / "long.csv", target="home", id="who", time="t", ignore=["kind"])
    assert (dataset.kind, dataset.y.tolist()) == ("regression", [place // 2 + 0.5 for place in range(24)])
