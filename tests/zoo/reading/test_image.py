"""Images to predict: read as those were that a model was trained on."""

import numpy as np
import pytest
from PIL import Image

from zoo.data import load_data
from zoo.errors import BadData
from zoo.reading import READING
from zoo.rows import read_rows
from zoo.splits import split

from ..data.pictures import draw, drawn_classes


@pytest.fixture
def alike(tmp_path):
    drawn_classes(tmp_path / "train")
    return split(load_data(tmp_path / "train"))


@pytest.fixture
def mixed(tmp_path):
    drawn_classes(tmp_path / "train")
    draw(tmp_path / "train" / "dog" / "large.png", (80, 90, 3))
    return split(load_data(tmp_path / "train"))


@pytest.mark.parametrize("which", ["alike", "mixed"])
def test_the_files_of_the_training_set_give_the_rows_that_were_prepared(which, request):
    splits = request.getfixturevalue(which)
    rows, names = READING.get("image")(splits_folder(splits), splits.preparation)
    assert names == splits.dataset.names
    np.testing.assert_array_equal(splits.preparation.apply(rows), splits.preparation.apply(splits.dataset.x))


def splits_folder(splits):
    from pathlib import Path

    return Path(splits.dataset.source.path)


def test_one_file_is_one_row_in_the_colours_of_the_model(alike, tmp_path):
    grey = draw(tmp_path / "Bild 1 ä.png", (6, 5))
    rows = read_rows(tmp_path / "Bild 1 ä.png", alike.preparation)
    np.testing.assert_array_equal(rows, np.repeat(grey[np.newaxis, ..., np.newaxis], 3, axis=3))


def test_an_image_of_another_size_is_resized_to_that_of_the_model(alike, tmp_path):
    Image.new("RGB", (500, 600), (7, 8, 9)).save(tmp_path / "a.png")
    rows = read_rows(tmp_path / "a.png", alike.preparation)
    np.testing.assert_array_equal(alike.preparation.apply(rows), np.broadcast_to([7, 8, 9], (1, 6, 5, 3)))


def test_arrays_and_tables_of_pixels_are_read_as_before(alike, tmp_path):
    np.savez(tmp_path / "a.npz", x=alike.dataset.x)
    np.testing.assert_array_equal(read_rows(tmp_path / "a.npz", alike.preparation), alike.dataset.x)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.png", "does not exist"),
        ("empty", "holds no image"),
        ("text.png", "is no image"),
        ("torn", "text.png is no"),
    ],
)
def test_what_holds_no_image_is_refused_by_name(alike, tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("hello")
    draw(tmp_path / "torn" / "a.png")
    (tmp_path / "torn" / "text.png").write_text("hello")
    with pytest.raises(BadData, match=words):
        read_rows(tmp_path / name, alike.preparation)


def test_a_model_of_other_numbers_takes_no_image_file(tmp_path):
    splits = split(load_data("digits"))
    draw(tmp_path / "a.png", (8, 8))
    with pytest.raises(BadData, match="takes images of numbers that are not bytes"):
        read_rows(tmp_path / "a.png", splits.preparation)
