"""Where data comes from: paths, embedded names, arrays; and how a data set is recognised again."""

import subprocess
import sys

import numpy as np
import pytest

from zoo.data import embedded, load_data
from zoo.errors import BadData, BadValue, UnknownName


def test_digits_are_images_whose_pixels_are_named_as_scikit_learn_names_them():
    from sklearn.datasets import load_digits

    digits = load_data("digits")
    assert (digits.x.shape, digits.x.dtype, digits.x.max()) == ((1797, 8, 8, 1), np.float32, 16)
    np.testing.assert_array_equal(digits.x.reshape(1797, 64), load_digits().data)
    assert digits.columns[:2] == ("pixel_0_0", "pixel_0_1")
    assert digits.classes == tuple("0123456789")


def test_a_data_set_is_returned_as_it_is():
    wine = load_data("wine")
    assert load_data(wine) is wine


def test_an_existing_path_beats_an_embedded_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wine").write_text("a,b\n" + "1,x\n2,y\n" * 3)
    assert load_data("wine", target="b", reader="csv").classes == ("x", "y")


def test_the_suffix_of_a_file_may_be_in_capitals(tmp_path):
    (tmp_path / "A.CSV").write_text("a,b\n" + "1,x\n2,y\n" * 3)
    assert load_data(tmp_path / "A.CSV", target="b").columns == ("a",)


def test_the_hash_follows_the_content_and_not_the_file(tmp_path):
    x, y = np.arange(24.0).reshape(12, 2), np.arange(12) % 2
    np.savez(tmp_path / "one.npz", x=x, y=y)
    np.savez_compressed(tmp_path / "two.npz", x=x, y=y)
    hashes = [load_data(data).source.sha256 for data in (tmp_path / "one.npz", tmp_path / "two.npz", (x, y))]
    assert len(set(hashes)) == 1
    assert len(hashes[0]) == 64
    assert load_data((x + 1, y)).source.sha256 != hashes[0]
    assert load_data((x, 1 - y)).source.sha256 != hashes[0]


def test_arrays_in_memory_may_have_labels_of_text_objects():
    labels = np.array(["b", "a"] * 3, dtype=object)
    assert load_data((np.eye(6), labels)).classes == ("a", "b")


def test_an_unknown_name_gets_the_nearest_embedded_one():
    with pytest.raises(UnknownName, match="'digts' is neither a file nor an embedded data set; did you mean 'digits'"):
        load_data("digts")


@pytest.mark.parametrize(
    ("name", "options", "kind", "words"),
    [
        (".", {}, BadData, "no reader takes the folder ."),
        ("table.xlsx", {}, BadData, "no reader takes '.xlsx' files"),
        ("table.xlsx", {"reader": "cvs"}, UnknownName, "did you mean 'csv'"),
        ("table.xlsx", {"reader": "wine"}, BadValue, "reads no files"),
        ("wine", {"target": "alcohol"}, BadValue, "brings its own target"),
        (7, {}, BadValue, "data is a int"),
    ],
)
def test_what_cannot_be_a_data_set_is_refused_with_the_cure(tmp_path, monkeypatch, name, options, kind, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.xlsx").write_text("a,b\n")
    with pytest.raises(kind, match=words.replace("(", r"\(")):
        load_data(name, **options)


def test_listing_readers_imports_nothing_heavy():
    code = (
        "import sys; from zoo.data import READERS; READERS.names(); "
        "print([m for m in ('numpy', 'pandas', 'sklearn', 'tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_embedded_names_are_the_sets_of_scikit_learn():
    assert embedded() == ("breast_cancer", "diabetes", "digits", "wine")


@pytest.mark.parametrize(
    "options",
    [{"ignore": ("a",)}, {"group": "g"}, {"target": "t"}, {"reader": "csv"}, {"horizon": 2}, {"pattern": "{label}"}],
)
def test_what_only_reading_heeds_is_refused_of_a_data_set_that_was_read(options):
    with pytest.raises(BadValue, match=r"but the data set is read already\. Name it where the data is read\."):
        load_data(load_data("wine"), **options)


@pytest.mark.parametrize("options", [{"lookback": "5"}, {"horizon": 1.5}, {"memory": True}])
def test_numbers_of_steps_and_bytes_must_be_whole(options):
    with pytest.raises(BadValue, match="must be a whole number"):
        load_data("wine", **options)


def test_noise_is_part_of_what_a_hash_tells():
    from dataclasses import replace

    from zoo.data._hash import content_hash

    wine = load_data("wine")
    quiet, loud = (replace(wine, noise=np.full((1, 9), level, np.float32)) for level in (0.1, 0.9))
    assert len({content_hash(found) for found in (wine, quiet, loud)}) == 3
