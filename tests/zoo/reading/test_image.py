"""Images to predict: read as those were that a model was trained on."""

import numpy as np
import pytest
from PIL import Image

from zoo.data import load_data
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.reading import READING
from zoo.reading.image import read_images
from zoo.rows import read_rows
from zoo.splits import split

from ..data.pictures import draw, drawn_classes
from ..recordings import tone, write_wave


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
    rows, names, _ = READING.get("image")(splits_folder(splits), splits.preparation)
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
        ("torn", "a.png is no image"),
        ("sound.wav", "sound.wav is no image"),
    ],
)
def test_what_holds_no_image_is_refused_by_name(alike, tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("hello")
    write_wave(tmp_path / "sound.wav", tone(440))
    (tmp_path / "torn").mkdir()
    for file in ("a.png", "b.jpg"):
        (tmp_path / "torn" / file).write_text("hello")
    with pytest.raises(BadData, match=words):
        read_rows(tmp_path / name, alike.preparation)


def test_a_model_of_other_numbers_takes_no_image_file(tmp_path):
    splits = split(load_data("digits"))
    draw(tmp_path / "a.png", (8, 8))
    with pytest.raises(BadData, match="takes images of numbers that are not bytes"):
        read_rows(tmp_path / "a.png", splits.preparation)


def test_an_unreadable_image_of_a_folder_is_left_out_by_name(alike, tmp_path):
    draw(tmp_path / "new" / "a.png")
    (tmp_path / "new" / "b.png").write_bytes((tmp_path / "new" / "a.png").read_bytes()[:60])
    rows, names, (said,) = READING.get("image")(tmp_path / "new", alike.preparation)
    assert (len(rows), names) == (1, ("a.png",))
    assert said.startswith("1 of 2 images cannot be read: left out: b.png (")


@pytest.mark.parametrize("which", ["alike", "mixed"])
def test_images_beyond_the_memory_stay_on_the_disk_and_are_the_same(which, request, tmp_path):
    preparation = request.getfixturevalue(which).preparation
    draw(tmp_path / "a.png", (9, 7))
    draw(tmp_path / "b.png", (4, 30, 3))
    files = [tmp_path / "a.png", tmp_path / "b.png"]
    held, left = (read_images(files, ("a", "b"), preparation, memory).rows for memory in (None, 1))
    assert isinstance(left, LazyRows)
    np.testing.assert_array_equal(preparation.apply(left.read()), preparation.apply(held))


def test_a_table_is_refused_where_images_may_be_of_any_size(mixed, tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3\n")
    with pytest.raises(BadData, match="a.csv is a table; this model takes images of any size"):
        read_rows(tmp_path / "a.csv", mixed.preparation)
