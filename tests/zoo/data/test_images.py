"""Folders of images: classes, parts, sizes and colours in; what is odd about them said aloud."""

import os

import numpy as np
import pytest
from PIL import Image

from zoo.data import load_data
from zoo.errors import BadData, BadValue
from zoo.lazy import LazyRows
from zoo.splits import split

from .pictures import draw, drawn_classes

MIXED = ((6, 5, 3), (8, 8, 3), (4, 9, 3))


def warned(dataset, words):
    return any(words in text for text in dataset.warnings)


def drawn_mixed(folder, each=6):
    for name in ("cat", "dog"):
        for place in range(each):
            draw(folder / name / f"{place}.png", MIXED[place % 3])


def test_a_folder_a_class_is_read_in_the_order_of_names_with_its_pixels(tmp_path):
    values = drawn_classes(tmp_path / "pets")
    dataset = load_data(tmp_path / "pets")
    np.testing.assert_array_equal(dataset.x, values)
    assert (dataset.modality, dataset.name, dataset.classes) == ("image", "pets", ("cat", "dog"))
    assert dataset.y.tolist() == [0] * 6 + [1] * 6
    assert dataset.names[:2] == ("cat/00.png", "cat/01.png")
    assert dataset.warnings == ()


def test_names_of_classes_that_are_whole_numbers_are_sorted_by_size(tmp_path):
    drawn_classes(tmp_path, ("10", "9", "0"), 3)
    assert load_data(tmp_path).classes == ("0", "9", "10")


def test_folders_of_numbers_may_be_learned_as_a_quantity(tmp_path):
    drawn_classes(tmp_path, ("0.5", "2"), 6)
    dataset = load_data(tmp_path, task="regression")
    assert dataset.y.tolist() == [0.5] * 6 + [2.0] * 6


@pytest.mark.parametrize("around", ["archive", "archive/inner", "archive/Räume und Bilder"])
def test_folders_that_merely_wrap_the_classes_are_looked_into(tmp_path, around):
    values = drawn_classes(tmp_path / around)
    (tmp_path / "archive" / "README.md").write_text("about")
    dataset = load_data(tmp_path)
    np.testing.assert_array_equal(dataset.x, values)


@pytest.mark.parametrize("names", [("train", "validation", "test"), ("Training", "val", "TESTING")])
def test_folders_of_parts_are_the_parts_of_the_split(tmp_path, names):
    train, validation, test = (drawn_classes(tmp_path / name, each=4) for name in names)
    splits = split(load_data(tmp_path))
    np.testing.assert_array_equal(splits.train.x, train)
    np.testing.assert_array_equal(splits.validation.x, validation)
    np.testing.assert_array_equal(splits.test.x, test)
    assert splits.dataset.names_test[0] == f"{names[2]}/cat/00.png"


def test_folders_of_training_and_test_alone_leave_validation_to_be_drawn(tmp_path):
    drawn_classes(tmp_path / "train", each=12)
    drawn_classes(tmp_path / "test", each=3)
    splits = split(load_data(tmp_path))
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [18, 6, 6]


def test_images_of_several_sizes_are_objects_and_are_brought_to_one(tmp_path):
    drawn_mixed(tmp_path)
    dataset = load_data(tmp_path)
    assert dataset.x.dtype == object
    assert [image.shape for image in dataset.x[:3]] == list(MIXED)
    assert warned(dataset, "images are of 3 sizes, from 9x4 to 8x8 pixels")
    assert split(dataset).train.x.shape == (7, 64, 64, 3)


def test_images_that_are_all_grey_have_one_channel_and_among_others_three(tmp_path):
    grey = drawn_classes(tmp_path, shape=(6, 5))
    np.testing.assert_array_equal(load_data(tmp_path).x[..., 0], grey)
    draw(tmp_path / "dog" / "colour.png")
    dataset = load_data(tmp_path)
    np.testing.assert_array_equal(dataset.x[0], np.repeat(grey[0][..., np.newaxis], 3, axis=2))
    assert warned(dataset, "12 of 13 images are grey: read in colour as the others")


def test_files_that_cannot_be_read_are_counted_named_and_left_out(tmp_path):
    values = drawn_classes(tmp_path, each=15)
    (tmp_path / "cat" / "text.png").write_text("hello")
    whole = (tmp_path / "dog" / "00.png").read_bytes()
    (tmp_path / "dog" / "torn.png").write_bytes(whole[: len(whole) // 2])
    dataset = load_data(tmp_path)
    np.testing.assert_array_equal(dataset.x, values)
    told = "2 images cannot be read: left out (cat/text.png is no image, dog/torn.png is cut off or damaged)"
    assert told in dataset.warnings


def test_too_many_files_that_cannot_be_read_are_refused(tmp_path):
    drawn_classes(tmp_path)
    for place in range(2):
        (tmp_path / "cat" / f"text{place}.jpg").write_text("hello")
    with pytest.raises(BadData, match="2 of 14 images cannot be read .cat/text0.jpg is no image.; more than a tenth"):
        load_data(tmp_path)


def test_a_link_out_of_the_folder_is_not_followed_and_one_inside_is(tmp_path):
    values = drawn_classes(tmp_path / "pets")
    draw(tmp_path / "secret" / "0.png")
    (tmp_path / "pets" / "cat" / "out.png").symlink_to(tmp_path / "secret" / "0.png")
    (tmp_path / "pets" / "dog" / "in.png").symlink_to(tmp_path / "pets" / "dog" / "00.png")
    (tmp_path / "pets" / "owl").symlink_to(tmp_path / "secret")
    dataset = load_data(tmp_path / "pets")
    assert len(dataset.x) == len(values) + 1
    assert warned(dataset, "2 links lead to a folder, to nothing or out of the data: not followed (such as owl)")


def test_what_lies_about_is_said(tmp_path):
    drawn_classes(tmp_path / "train")
    draw(tmp_path / "train" / "loose.png")
    draw(tmp_path / "unused" / "cat" / "0.png")
    (tmp_path / "train" / "cow").mkdir()
    (tmp_path / "train" / "cat" / "notes.txt").write_text("about cats")
    (tmp_path / "train" / "cat" / ".hidden.png").write_text("none")
    dataset = load_data(tmp_path)
    assert sorted(dataset.warnings) == [
        "1 file is no image by the name: left out (such as train/cat/notes.txt)",
        "1 folder stands beside those to train and test with: left out (such as unused)",
        "1 image lies in no folder of a class: left out (such as train/loose.png)",
        "folder 'train/cow' holds no image: left out",
    ]


def test_past_the_memory_they_may_fill_images_stay_on_the_disk_and_are_the_same(tmp_path):
    drawn_mixed(tmp_path)
    whole, left = load_data(tmp_path), load_data(tmp_path, memory=500)
    assert isinstance(left.x, LazyRows)
    assert left.source.sha256 == whole.source.sha256
    np.testing.assert_array_equal(split(left).train.x, split(whole).train.x)
    assert warned(left, "read from the disk as they are needed")


def test_images_of_one_size_on_the_disk_are_prepared_as_in_memory(tmp_path):
    drawn_classes(tmp_path / "train")
    drawn_classes(tmp_path / "test", each=3)
    whole, left = (split(load_data(tmp_path, memory=memory)) for memory in (None, 500))
    np.testing.assert_array_equal(left.test.x, whole.test.x)
    assert left.preparation == whole.preparation


def test_an_image_that_has_changed_on_the_disk_is_refused(tmp_path):
    drawn_classes(tmp_path)
    dataset = load_data(tmp_path, memory=500)
    draw(tmp_path / "cat" / "00.png", (9, 9, 3))
    with pytest.raises(BadData, match="has changed since"):
        dataset.x.read()


def test_names_of_files_may_tell_classes_and_groups(tmp_path):
    for animal in ("cat", "dog"):
        for owner in ("ann", "ben", "cid"):
            for place in range(3):
                draw(tmp_path / f"{animal}_{owner}_{place}.png")
    dataset = load_data(tmp_path, pattern="{label}_{owner}_{index}", group="owner")
    assert dataset.classes == ("cat", "dog")
    assert dataset.group_names == ("ann", "ben", "cid")
    splits = split(dataset)
    owners = [{name.split("_")[1] for name in dataset.names if name in part} for part in parts_of(splits, dataset)]
    assert all(one.isdisjoint(other) for one, other in zip(owners, owners[1:], strict=False))


def parts_of(splits, dataset):
    """Return the names of the files in each part, found by their pixels."""
    known = {image.tobytes(): name for image, name in zip(dataset.x, dataset.names, strict=True)}
    return [{known[image.tobytes()] for image in part.x} for part in (splits.train, splits.validation, splits.test)]


def test_folders_may_be_classes_and_names_tell_groups(tmp_path):
    for place in range(9):
        draw(tmp_path / "cat" / f"{place // 3}-{place}.png")
        draw(tmp_path / "dog" / f"{place // 3}-{place}.png")
    dataset = load_data(tmp_path, pattern="{animal}-{index}", group="animal")
    assert dataset.groups.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2] * 2


def test_fewer_rows_keep_their_names(tmp_path):
    drawn_classes(tmp_path)
    dataset = load_data(tmp_path, rows=8)
    assert (len(dataset.x), len(dataset.names)) == (8, 8)


def one_class(folder):
    drawn_classes(folder, ("cat",))


def flat(folder):
    for place in range(3):
        draw(folder / f"{place}.png")


def strange_test_class(folder):
    drawn_classes(folder / "train")
    drawn_classes(folder / "test", ("owl",), 2)


def no_training(folder):
    drawn_classes(folder / "test")


def twice(folder):
    drawn_classes(folder / "val")
    drawn_classes(folder / "valid")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (one_class, "all 6 rows are of one class, 'cat'; learning needs two"),
        (flat, "Make a folder a class, or say with --pattern"),
        (strange_test_class, "'owl', which is none of the 2 classes cat, dog"),
        (no_training, "has the folder test and none to train with"),
        (twice, "of which two mean the same"),
    ],
)
def test_folders_that_cannot_be_learned_from_are_refused_in_one_line(tmp_path, make, words):
    make(tmp_path)
    with pytest.raises(BadData) as caught:
        load_data(tmp_path)
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_any_image_is_refused(tmp_path):
    (tmp_path / "cat").mkdir()
    with pytest.raises(BadData, match="no reader takes the folder"):
        load_data(tmp_path)
    with pytest.raises(BadData, match="holds no image in a folder of its class"):
        load_data(tmp_path, reader="images")


def test_an_image_of_too_many_pixels_is_left_out_without_being_decoded(tmp_path):
    drawn_classes(tmp_path, each=6)
    Image.new("1", (8000, 6251)).save(tmp_path / "cat" / "bomb.png")
    dataset = load_data(tmp_path)
    assert warned(dataset, "1 image cannot be read: left out (cat/bomb.png has 8,000 x 6,251 pixels)")


@pytest.mark.parametrize(
    ("pattern", "group", "kind", "words"),
    [
        ("{label}_{index}", None, BadData, "12 of 12 images are not named as the pattern"),
        ("{index}", "owner", BadValue, "group is 'owner', which is no field of the pattern"),
        ("label", None, BadValue, "its fields must be different words in braces"),
    ],
)
def test_a_pattern_that_does_not_fit_is_refused(tmp_path, pattern, group, kind, words):
    drawn_classes(tmp_path)
    with pytest.raises(kind, match=words):
        load_data(tmp_path, pattern=pattern, group=group)


@pytest.mark.skipif(os.geteuid() == 0, reason="needs a user who is not allowed everything")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path):
    drawn_classes(tmp_path)
    (tmp_path / "cat").chmod(0)
    with pytest.raises(BadData, match="cannot be read"):
        load_data(tmp_path)
    (tmp_path / "cat").chmod(0o700)
