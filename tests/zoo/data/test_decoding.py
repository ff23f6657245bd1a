"""Many images at once: in their order, in memory or left on the disk, errors beside the others."""

import numpy as np
import pytest

from zoo.data._decoding import decoded, each, images_of, left_on_disk, reason, together
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.raw.pixels import head

from .pictures import draw


@pytest.fixture
def files(tmp_path):
    found = [tmp_path / f"{place}.png" for place in range(8)]
    for file in found:
        draw(file)
    found[3].write_text("hello")
    return found


def test_every_file_gives_its_image_or_why_there_is_none(files):
    found = images_of(files, 3)
    assert [isinstance(image, BadData) for image in found] == [place == 3 for place in range(8)]
    assert reason(files[3], found[3]) == "is no image"


@pytest.mark.parametrize("most", [10**9, 1])
def test_rows_are_the_same_wherever_they_are(files, most):
    found = decoded(files, each(head, files), 3, most)
    rows = found.rows.read() if isinstance(found.rows, LazyRows) else found.rows
    assert list(found.refused) == [3]
    np.testing.assert_array_equal(rows, np.stack([image for image in images_of(files, 3) if not_refused(image)]))


def not_refused(image):
    return not isinstance(image, BadData)


def test_where_no_file_can_be_read_there_are_no_rows(files):
    found = decoded(files[3:4], each(head, files[3:4]), 3, 10**9)
    assert (len(found.rows), list(found.refused)) == (0, [0])


def test_images_are_emptied_out_as_they_are_put_together():
    images = [np.full((2, 2, 1), place, np.uint8) for place in range(3)]
    assert together(images, (2, 2, 1))[:, 0, 0, 0].tolist() == [0, 1, 2]
    assert images == [None] * 3


def test_rows_on_the_disk_are_read_in_any_order_or_not_at_all(files):
    left = left_on_disk(files[:3], 3, (6, 5, 3), 90)
    np.testing.assert_array_equal(left[np.array([2, 0])].read(), left.read()[[2, 0]])
    assert left[np.array([], int)].read().shape == (0, 6, 5, 3)


def test_a_file_that_goes_while_it_is_needed_is_named(files):
    left = left_on_disk(files[:3], 3, (6, 5, 3), 90)
    files[1].unlink()
    with pytest.raises(BadData, match="1.png cannot be read"):
        left.read()
