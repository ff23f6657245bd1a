"""Real images, where they lie beside the project: read as their owners describe them, and learned from."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import search
from zoo.checking import check
from zoo.data import load_data
from zoo.lazy import LazyRows
from zoo.splits import split

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def signs(shared_data):
    return load_data(shared_data / "sign-digits")


def test_sign_digits_are_as_their_folders_have_them(signs, shared_data):
    assert (signs.modality, signs.kind, signs.classes) == ("image", "classification", tuple("0123456789"))
    folders = [path for path in (shared_data / "sign-digits" / "Dataset").iterdir() if path.is_dir()]
    assert np.bincount(signs.y).tolist() == [len(list(path.iterdir())) for path in sorted(folders)]
    assert sum(image.shape == (100, 100, 3) for image in signs.x) == 2059
    assert any("3 of 2,062 images are longer than 512 pixels: shrunk" in text for text in signs.warnings)
    for place in (0, 1000, 2061):
        file = Image.open(shared_data / "sign-digits" / "Dataset" / signs.names[place])
        np.testing.assert_array_equal(signs.x[place], np.asarray(file))


def test_sign_digits_are_checked_in_one_screen(signs):
    found = check(signs, split(signs)).to_json()
    assert (found["task"], found["modality"], found["missing"]) == ("classification", "image", {})
    assert found["rows"] == {"train": 1237, "validation": 412, "test": 413}
    assert found["input_shape"] == [64, 64, 3]
    assert {"cnn", "resnet"} <= set(found["builders"])


def test_sign_digits_on_the_disk_are_the_same_rows(signs, shared_data):
    left = load_data(shared_data / "sign-digits", memory=2**20)
    assert isinstance(left.x, LazyRows)
    assert left.source.sha256 == signs.source.sha256
    np.testing.assert_array_equal(split(left).train.x, split(signs).train.x)


def test_fashion_images_are_as_their_readme_has_them(shared_data):
    dataset = load_data(shared_data / "fashion-mnist")
    assert (dataset.x.shape, dataset.x_test.shape) == ((60_000, 28, 28, 1), (10_000, 28, 28, 1))
    assert np.bincount(dataset.y).tolist() == [6000] * 10
    assert dataset.warnings == ()
    found = check(dataset, split(dataset)).to_json()
    assert found["rows"] == {"train": 45_000, "validation": 15_000, "test": 10_000}
    assert found["input_shape"] == [28, 28, 1]


def test_signs_are_told_apart_far_better_than_by_guessing(shared_data, tmp_path):
    """Ten classes of equal size are guessed right in a tenth of cases, give or take .015 on 413 rows.

    Two small networks of six epochs reach about .8; .5 is half of what they can, and 25 deviations above the guess.
    """
    fixed = {"preparation.size": 32, "train.epochs": 6}
    result = search.tune(shared_data / "sign-digits", builders="cnn", trials=2, fixed=fixed, root=tmp_path)
    answer = result.to_json()
    majority = next(found for found in answer["baselines"] if found["name"] == "majority")
    reached = answer["champion"]["test"]["accuracy"]
    print(f"majority {majority['test']['accuracy']:.3f}, champion {reached:.3f}")
    assert majority["test"]["accuracy"] < 0.13
    assert reached > 0.5
