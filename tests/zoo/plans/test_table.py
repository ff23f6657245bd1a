"""The plan of tables: which steps its values ask for, and when they are searched."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadValue
from zoo.plans import plan_space
from zoo.preparation import Preparation
from zoo.splits import split

RANDOM = np.random.default_rng(0)


def towns(rows=60, **columns):
    frame = {
        "age": RANDOM.normal(40, 9, rows).round(),
        "paid": RANDOM.lognormal(3, 2, rows),
        "town": RANDOM.choice(["Rome", "Oslo", "Bonn"], rows),
        "since": pd.date_range("2020-01-01", periods=rows, freq="37D").astype(str),
        "y": ["a", "b"] * (rows // 2),
    }
    return load_data(pd.DataFrame({**frame, **columns}), target="y")


@pytest.mark.parametrize(
    ("numbers", "steps"),
    [
        ("standardise", ["standardise"]),
        ("quantile", ["quantile"]),
        ("uniform", ["quantile"]),
        ("log", ["logarithm", "standardise"]),
        ("piecewise", ["piecewise"]),
    ],
)
def test_numbers_are_put_on_the_scale_that_is_asked_for_and_texts_and_times_encoded(numbers, steps):
    dataset = towns()
    splits = split(dataset, preparation={"numbers": numbers, "bins": 8})
    names = [step.to_json()["name"] for step in splits.preparation.steps]
    assert names == ["encode", "dates", "impute", *steps]
    assert Preparation.from_json(splits.preparation.to_json()) == splits.preparation
    assert np.isfinite(splits.test.x).all()


def test_bins_and_rare_texts_are_as_asked_for():
    dataset = towns(town=["Rome"] * 40 + ["Oslo"] * 20)
    preparation = split(dataset, preparation={"numbers": "piecewise", "bins": 4, "least": 20}).preparation
    assert preparation.categories == {"town": ("Rome",)}
    assert max(map(len, preparation.steps[-1].edges)) == 5


def test_an_unknown_scale_is_refused():
    with pytest.raises(BadValue, match="standardise, quantile, uniform, log, piecewise"):
        split(towns(), preparation={"numbers": "rank"})


def test_scales_are_searched_where_a_column_is_skewed_and_rows_are_many():
    assert plan_space(towns(1200))["numbers"].domain.points() == ("standardise", "quantile", "piecewise")
    assert plan_space(towns(600))["numbers"].domain.points() == ()
    assert plan_space(towns(1200, paid=RANDOM.normal(size=1200)))["numbers"].domain.points() == ()


def test_a_cell_that_overflows_is_named_whatever_the_scale():
    splits = split(towns(), preparation={"numbers": "piecewise"})
    rows = splits.dataset.x[:2].copy()
    rows[1, splits.dataset.columns.index("paid")] = np.inf
    with pytest.raises(Exception, match="row 2: column 'paid' is not finite"):
        splits.preparation.apply(rows)
