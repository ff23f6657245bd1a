"""Which rows are texts or images of several sizes, and what makes them alike."""

import numpy as np
import pytest

from zoo.data._loose import facts_of, loose_kind, loose_rows
from zoo.errors import BadData
from zoo.preparation import objects


@pytest.mark.parametrize(
    ("x", "kind"),
    [
        (np.eye(3), None),
        ([[1.0, 2.0], [3.0, 4.0]], None),
        ([], None),
        (["a", "b"], "text"),
        (np.array(["a", "b"]), "text"),
        (np.array([["a", "b"]]), None),
        (objects([np.zeros((2, 3)), np.zeros((3, 3))]), "image"),
        ([np.zeros((2, 3)), np.zeros((2, 3))], None),
        (objects([np.zeros(3), np.zeros(4)]), None),
    ],
)
def test_texts_and_images_of_several_sizes_are_told_from_arrays_of_numbers(x, kind):
    assert loose_kind(x) == kind


def test_one_image_that_is_no_bytes_makes_all_float32():
    found = loose_rows([np.zeros((2, 3), np.uint8), np.zeros((3, 3))], "x", "image")
    assert [image.dtype for image in found] == [np.float32] * 2


def test_the_largest_image_may_lie_in_the_test_part():
    rows = objects([np.zeros((2, 3, 1)), np.zeros((3, 3, 1))])
    assert facts_of(rows, objects([np.zeros((2, 9, 1))])) == {"channels": 1, "largest": [2, 9], "ragged": True}


def test_numbers_in_place_of_texts_are_refused():
    with pytest.raises(BadData, match="x_test must hold texts"):
        loose_rows(np.eye(2), "x_test", "text")
