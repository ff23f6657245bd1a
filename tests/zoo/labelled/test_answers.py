"""Right answers mean in fresh rows what they meant in those that were learned from."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadData, BadValue
from zoo.labelled.answers import column, keys_to_judge_on, plain_answers, stored_answers
from zoo.raw.lines import lines_of


@pytest.mark.parametrize(
    ("cells", "classes", "expected"),
    [
        (["1.0", "2", " 1 "], ("1", "2"), ["1", "2", "1"]),
        (["True", "False"], ("False", "True"), ["True", "False"]),
        (["new  york", "paris"], ("new york", "paris"), ["new york", "paris"]),
        (["0.5", "1"], ("0.5", "1.5"), ["0.5", "1"]),
        (["?", "a"], ("a", "b"), ["", "a"]),
    ],
)
def test_text_is_read_as_the_names_of_classes_are_kept(cells, classes, expected):
    assert plain_answers(cells, classes) == expected


def test_text_is_read_as_numbers_where_the_model_answers_numbers():
    np.testing.assert_array_equal(plain_answers(["1e3", " -2.5", ""], ()), [1000, -2.5, np.nan])
    with pytest.raises(BadData, match="the target is 'dear' in row 2"):
        plain_answers(["1", "dear"], ())


def test_codes_of_an_archive_with_classes_become_their_names(tmp_path):
    np.savez(tmp_path / "codes.npz", y=[1, 0, 1], classes=["cat", "dog"])
    np.savez(tmp_path / "names.npz", y=["dog", "cat"], classes=["cat", "dog"])
    assert stored_answers(tmp_path / "codes.npz").tolist() == ["dog", "cat", "dog"]
    assert stored_answers(tmp_path / "names.npz").tolist() == ["dog", "cat"]


def test_a_code_that_is_no_place_among_the_classes_is_bad_data(tmp_path):
    for code in (2, -1):
        np.savez(tmp_path / "codes.npz", y=[0, code], classes=["cat", "dog"])
        with pytest.raises(BadData, match="y must hold whole numbers from 0 to 1, the places in classes"):
            stored_answers(tmp_path / "codes.npz")


def test_a_column_is_found_by_its_name_whatever_stands_around_it(tmp_path):
    (tmp_path / "rows.tsv").write_text("\n a\tthe  answer\n\n1\tyes\n2\n")
    assert column(tmp_path / "rows.tsv", "the answer") == ["yes", ""]
    with pytest.raises(BadData, match="has no column 'other'"):
        column(tmp_path / "rows.tsv", "other")
    with pytest.raises(BadValue, match="--target COLUMN"):
        column(tmp_path / "rows.tsv", None)


def test_an_archive_is_judged_on_its_test_part_where_that_is_whole(tmp_path):
    np.savez(tmp_path / "parts.npz", x=[1], y=[0], x_test=[2], y_test=[1], classes=["cat", "dog"])
    np.savez(tmp_path / "half.npz", x=[1], y=[0], y_test=[1])
    assert keys_to_judge_on(tmp_path / "parts.npz") == ("x_test", "y_test")
    assert keys_to_judge_on(tmp_path / "half.npz") == ("x", "y")
    assert stored_answers(tmp_path / "parts.npz", "y_test").tolist() == ["dog"]


def test_a_column_has_an_answer_for_each_row_that_is_read(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('\ufeffa,b\n\n1,"two\nlines"\n,\n   \n2,3\n')
    assert column(path, "b") == [line.cells[1] for line in lines_of(path)][1:] == ["two\nlines", "", "3"]
