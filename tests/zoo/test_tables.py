"""Cells and columns of text tables as a model that was trained knows them."""

import math

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.tables import UNSEEN, cell_readers, place_in, place_of, table_rows

from .prepared import prepared_by

MIXED = Preparation(("age", "plan"), (2,), (), categories={"plan": ("7", "free")})


@pytest.mark.parametrize(("cell", "place"), [(" free ", 1), ("7.0", 0), ("pro", UNSEEN), ("Free", UNSEEN)])
def test_a_text_has_its_place_and_an_unseen_one_has_none(cell, place):
    assert place_in(("7", "free"))(cell) == place


def test_a_missing_text_is_nan():
    assert math.isnan(place_in(("7", "free"))("NA"))


def test_each_cell_of_a_row_has_its_reader():
    age, plan = cell_readers(MIXED)
    assert (age("2"), plan("free"), age("free")) == (2, 1, None)
    assert len(cell_readers(prepared_by("image", np.ones((1, 2, 2, 1), np.float32)))) == 4


def test_a_column_is_found_by_name_and_a_near_one_is_offered():
    assert place_of("rows.csv", "plan", ["age", "plan"]) == 1
    with pytest.raises(BadData, match=r"rows\.csv has no column 'plan'.*'plans' looks like it: rename it"):
        place_of("rows.csv", "plan", ["age", "plans"])


def test_a_line_of_empty_cells_is_a_row_and_an_empty_line_is_none(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("age,plan\n,\n\n1,free\n")
    np.testing.assert_array_equal(table_rows(path, MIXED), [[np.nan, np.nan], [1, 1]])
