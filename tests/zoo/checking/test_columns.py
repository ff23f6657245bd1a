"""Columns and classes that tell nothing, the same as another, or the same in two spellings."""

from dataclasses import replace

import numpy as np
import pandas as pd

from zoo.checking.columns import constant, merged, spellings, twins, unordered, unseen
from zoo.data import load_data

RANDOM = np.random.default_rng(0)
ROWS = 300


def table(y=None, **columns):
    y = np.arange(ROWS) % 2 if y is None else y
    return load_data(pd.DataFrame({**columns, "y": y}), target="y")


def texts(findings):
    return [finding.text for finding in findings]


def test_constant_columns_are_counted_together_from_two_on():
    one = table(same=np.ones(ROWS), age=RANDOM.normal(size=ROWS))
    assert texts(constant(one)) == ["column 'same' is constant: it tells nothing"]
    many = table(age=RANDOM.normal(size=ROWS), **{f"same {i}": np.ones(ROWS) for i in range(5)})
    told = "5 columns are constant: they tell nothing ('same 0', 'same 1', 'same 2' and 2 more)"
    assert texts(constant(many)) == [told]


def test_columns_that_tell_the_same_are_named_in_pairs():
    kind = np.array(["small", "large", "huge"])[np.arange(ROWS) % 3]
    dataset = table(kind=kind, size=np.arange(ROWS) % 3 * 10.0, age=np.arange(ROWS) % 7)
    assert texts(twins(dataset)) == ["1 column tells the same as another: 'size' as 'kind'"]


def test_large_numbers_that_merge_are_named():
    dataset = table(id=10**17 + np.arange(ROWS), age=RANDOM.normal(size=ROWS))
    assert texts(merged(dataset))[0].startswith("column 'id' holds whole numbers beyond 2^53, which float64 merges")


def test_continuous_columns_and_flags_of_their_own_are_no_twins():
    dataset = table(one=RANDOM.normal(size=ROWS), two=RANDOM.normal(size=ROWS), flag=RANDOM.integers(0, 2, ROWS))
    assert texts(twins(dataset)) == []


def test_classes_and_texts_in_two_spellings_are_named():
    towns = np.array(["Oslo", "oslo ", "Rome", "New-York", "New York"])[np.arange(ROWS) % 5]
    dataset = table(np.array(["Yes", "no", "yes"])[np.arange(ROWS) % 3], town=towns)
    assert texts(spellings(dataset)) == [
        "3 pairs of texts may be one, but for case, blanks and dashes: classes 'Yes' and 'yes', "
        "'town' holds 'New York' and 'New-York', 'town' holds 'Oslo' and 'oslo'"
    ]


def test_numbers_as_texts_and_signs_alone_are_not_two_spellings():
    kinds = np.array(["1-1", "11", "<=50K", ">50K", "+", "-"])[np.arange(ROWS) % 6]
    assert texts(spellings(table(kind=kinds))) == []


def test_texts_of_the_test_part_alone_are_counted():
    dataset = table(town=np.array(["Oslo", "Rome"])[np.arange(ROWS) % 2], age=RANDOM.normal(size=ROWS))
    x_test = dataset.x[:5].copy()
    x_test[:2, dataset.columns.index("town")] = -1
    found = unseen(replace(dataset, x_test=x_test, y_test=dataset.y[:5]))
    assert texts(found) == ["2 test cells hold texts that no other row shows: 'town' 2"]
    assert texts(unseen(dataset)) == []


def test_times_that_do_not_split_the_rows_are_told_with_the_option_that_would():
    dataset = replace(table(day=np.arange(ROWS) * 86_400.0, age=RANDOM.normal(size=ROWS)), dates=("day",))
    (text,) = texts(unordered(dataset))
    assert text.endswith("to be tested by the latest, --time day")
    assert texts(unordered(replace(dataset, times=np.arange(ROWS) * 1.0))) == []
