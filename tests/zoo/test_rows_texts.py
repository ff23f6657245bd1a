"""Rows of texts and times to predict: told apart as when the model was trained."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.rows import frame_rows, read_rows, recoded
from zoo.splits import split

from .row_models import CELLS, DATED, PLANS, TEXTS, frame, write


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


def test_unseen_texts_missing_texts_and_numbers_are_told_apart_whatever_stands_beside(tmp_path):
    path = write(tmp_path, 'age,churn,plan\n1,yes,"a, b"\n2,no,pro\n3,yes,\n4,,7.0\n5,no,\n')
    expected = [[1, 1], [-1, 2], [np.nan, 3], [0, 4], [np.nan, 5]]
    np.testing.assert_array_equal(read_rows(path, PLANS), expected)


def test_the_line_of_the_file_is_named_where_cells_hold_line_breaks(tmp_path):
    path = write(tmp_path, 'plan,age\n"two\nlines",1\nfree,old\n')
    with pytest.raises(BadData, match=r"holds text \('old'\) in data row 2 \(line 4\); write a number there"):
        read_rows(path, PLANS)


def test_text_without_a_header_is_refused_with_the_cure(tmp_path):
    with pytest.raises(BadData, match=r"names no column of the model, such as 'plan'\. Add a header"):
        read_rows(write(tmp_path, "free,1\n"), PLANS)


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


def test_times_are_read_as_they_were_written_when_the_model_was_trained(tmp_path):
    rows = read_rows(write(tmp_path, "plan,day\n2,02.01.1970\n3,\n"), DATED)
    np.testing.assert_array_equal(rows, [[86_400, 2], [np.nan, 3]])


def test_a_time_written_in_another_way_is_refused(tmp_path):
    with pytest.raises(BadData, match=r"holds text \('1970-01-02'\) in data row 1 .*write a time as in the rows"):
        read_rows(write(tmp_path, "plan,day\n2,1970-01-02\n"), DATED)
    with pytest.raises(BadData, match="write a time as in the rows"):
        frame_rows(frame(day=["soon"], plan=[1]), DATED)
