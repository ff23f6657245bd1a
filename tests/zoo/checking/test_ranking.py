"""Columns ranked by what each predicts alone, on rows that were held out."""

import json

import numpy as np
import pandas as pd
import pytest

from zoo.checking.ranking import ranking
from zoo.data import load_data

RANDOM = np.random.default_rng(0)
ROWS = 400


def ranked(frame, **options):
    dataset = load_data(pd.DataFrame(frame), target="y", **options)
    return {one.column: one for one in ranking(dataset, np.arange(len(dataset.y)))}


def test_columns_come_in_the_order_of_what_they_tell():
    y = RANDOM.integers(0, 2, ROWS)
    noise = RANDOM.normal(size=(2, ROWS))
    found = ranked({"nothing": noise[0], "copy": y * 1.0 + 5, "hint": y + noise[1], "y": y})
    assert list(found) == ["copy", "hint", "nothing"]
    assert found["copy"].score == 1
    assert 0.6 < found["hint"].score < 0.9
    assert found["nothing"].score == pytest.approx(0.5, abs=0.1)


def test_what_differs_in_each_row_predicts_nothing():
    y = RANDOM.integers(0, 2, ROWS)
    found = ranked({"id": RANDOM.permutation(ROWS), "group": [f"town {i % 150}" for i in range(ROWS)], "y": y})
    assert all(one.score == pytest.approx(0.5, abs=0.12) for one in found.values())


def test_the_score_of_a_flag_is_half_the_sum_of_both_shares_of_right_rows():
    """With two values the curve has one corner, so its area is the mean of the two shares."""
    flag, y = np.repeat([0, 1, 0, 1], (900, 300, 100, 700)), np.repeat([0, 0, 1, 1], (900, 300, 100, 700))
    score = ranked({"flag": flag, "y": y})["flag"].score
    assert score == pytest.approx((900 / 1200 + 700 / 800) / 2, abs=0.005)


def test_several_classes_count_alike_each_told_from_the_rest():
    y = np.array(["rare", "one", "two"])[np.repeat([0, 1, 2], (60, 600, 600))]
    is_rare = (y == "rare") * 1.0
    found = ranked({"is_rare": is_rare, "y": y})["is_rare"]
    assert found.score == pytest.approx((1 + 2 * (0.5 + 60 / 660 / 2)) / 3, abs=0.01)
    assert found.shown.startswith("AUC .")


def test_quantities_are_ranked_by_what_is_explained_and_by_their_order():
    y = RANDOM.normal(size=ROWS)
    found = ranked({"line": 3 * y - 1, "curve": np.exp(3 * y), "text": np.where(y > 0, "up", "down"), "y": y})
    assert found["line"].score == pytest.approx(1)
    assert found["curve"].spearman == pytest.approx(1)
    between = 1 - np.mean([y[y > 0].var() * (y > 0).mean() * 2, y[y <= 0].var() * (y <= 0).mean() * 2]) / y.var()
    assert found["text"].score == pytest.approx(between, abs=0.05)
    assert found["text"].spearman is None


def test_gaps_are_a_value_of_their_own():
    y = RANDOM.integers(0, 2, ROWS)
    found = ranked({"age": np.where(y == 1, np.nan, RANDOM.normal(size=ROWS)), "y": y})
    assert found["age"].score == pytest.approx(1, abs=0.01)


def test_rows_of_a_group_are_held_out_together():
    """A column that names the group tells the answers of its other rows, but not those of another group."""
    speaker = np.repeat(np.arange(40), 10)
    y = RANDOM.integers(0, 2, 40)[speaker]
    dataset = load_data(pd.DataFrame({"room": [f"room {one}" for one in speaker], "y": y}), target="y")
    alone = ranking(dataset, np.arange(ROWS))[0].score
    from dataclasses import replace

    grouped = replace(dataset, groups=speaker.astype(np.int32), group_names=tuple(map(str, range(40))))
    assert alone > 0.9
    assert ranking(grouped, np.arange(ROWS))[0].score == pytest.approx(0.5, abs=0.1)


def test_images_and_a_handful_of_rows_have_no_ranking():
    digits = load_data("digits")
    assert ranking(digits, np.arange(100)) == ()
    wine = load_data("wine")
    assert ranking(wine, np.arange(4)) == ()


def test_ten_thousand_kinds_of_text_are_ranked_too():
    y = RANDOM.integers(0, 2, 20_000)
    found = ranked({"town": [f"town {i % 10_000}" for i in range(20_000)], "y": y})
    assert found["town"].score == pytest.approx(0.5, abs=0.05)


def test_a_ranked_column_is_plain_json():
    one = ranking(load_data("wine"), np.arange(100))[0]
    assert json.loads(json.dumps(one.to_json()))["measure"] == "auc"


def test_infinite_spreads_and_one_value_raise_nothing():
    y = RANDOM.normal(size=ROWS)
    found = ranked({"huge": np.where(y > 0, 1.7e308, -1.7e308), "same": np.ones(ROWS), "y": y})
    assert 0 <= found["huge"].score <= 1
    assert found["same"].score == pytest.approx(0, abs=0.01)
