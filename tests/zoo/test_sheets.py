"""Contact sheets: every row before and after, where it belongs; nothing of what cannot be drawn."""

import io

import numpy as np
import pytest
from PIL import Image

from zoo.errors import Unsupported
from zoo.sheets import CAPTION, GAP, MOST_ROWS, SIDE, sheet

DICE = np.random.default_rng(0)


def opened(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)


def cell(page, down, across):
    top, left = CAPTION + down * (SIDE + CAPTION + GAP), GAP + across * (SIDE + GAP)
    return page[top : top + SIDE, left : left + SIDE]


@pytest.mark.parametrize("channels", [1, 3])
def test_each_image_stands_in_its_line_and_column_with_its_pixels(channels):
    before = DICE.integers(0, 256, (3, 8, 8, channels), np.uint8)
    page = opened(sheet(before, {"dark": before // 2, "none": before * 0}, ("a", "b", "c"), "image"))
    for down in range(3):
        for across, rows in enumerate((before, before // 2, before * 0)):
            enlarged = np.kron(rows[down], np.ones((12, 12, 1), int))
            np.testing.assert_array_equal(cell(page, down, across), np.broadcast_to(enlarged, (SIDE, SIDE, 3)))


def test_images_of_fractions_are_shown_from_black_to_white():
    before = np.array([0.0, 0.5, 1.0, 0.25], np.float32).reshape(1, 2, 2, 1)
    page = opened(sheet(before, {}, ("a",), "image"))
    assert [cell(page, 0, 0)[y, x, 0] for y, x in ((9, 9), (9, 90), (90, 9), (90, 90))] == [0, 127, 255, 63]


def test_an_image_that_is_no_square_keeps_its_ratio():
    page = opened(sheet(np.zeros((1, 10, 40, 1), np.uint8), {}, ("a",), "image"))
    black = (cell(page, 0, 0) == 0).all(axis=2)
    assert (black.any(axis=1).sum(), black.any(axis=0).sum()) == (24, 96)


def test_a_series_that_rises_is_a_line_that_rises():
    page = opened(sheet(np.linspace(-1, 1, 50).reshape(1, 50, 1), {}, ("up",), "series"))
    drawn = (cell(page, 0, 0)[2:-2, 2:-2] == (31, 119, 180)).all(axis=2)
    heights = [np.flatnonzero(column).mean() for column in drawn.T[3:-3]]
    assert (np.diff(heights) <= 0).all() and heights[0] - heights[-1] > 80


def test_sound_is_dark_where_there_is_most_of_it():
    frames = np.zeros((1, 20, 10, 1), np.float32)
    frames[0, :10, :5] = 1  # low bands, in the first half
    page = cell(opened(sheet(frames, {}, ("a",), "audio")), 0, 0)
    assert page[90, 5].tolist() == [0, 0, 0]
    assert page[5, 5].tolist() == page[90, 90].tolist() == page[5, 90].tolist() == [255, 255, 255]


def test_many_rows_long_captions_and_letters_that_the_font_lacks_are_no_trouble():
    before = np.zeros((30, 4, 4, 1), np.uint8)
    page = opened(sheet(before, {"x" * 80: before}, ["猫" * 50] * 30, "image"))
    assert page.shape == (CAPTION + MOST_ROWS * (SIDE + CAPTION + GAP), 2 * (SIDE + GAP) + GAP, 3)


@pytest.mark.parametrize("modality", ["table", "text"])
def test_of_what_is_no_picture_nothing_is_drawn(modality):
    with pytest.raises(Unsupported, match=f"pictures are drawn of image, series, audio; of a {modality} there is"):
        sheet(np.zeros((2, 3)), {}, ("a", "b"), modality)
