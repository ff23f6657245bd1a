"""The idx reader: folders of MNIST's kind in, one-line refusals for damaged ones."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.data.idx import read_idx
from zoo.errors import BadData, BadValue

X = np.random.default_rng(0).integers(0, 256, (30, 4, 3), np.uint8)
Y = (np.arange(30) % 3 * 2).astype(np.uint8)  # 0, 2 and 4
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def packed(array, magic=None):
    """Return the array as the format's description has it: a magic number, each axis's length, then the bytes."""
    return struct.pack(f">{1 + array.ndim}i", magic or 2048 + array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    for name, array in zip(NAMES, (X, Y, X[:6], Y[:6]), strict=True):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(packed(array), mtime=0))
    return tmp_path


def test_a_folder_of_packed_files_is_read_as_bytes_with_its_test_part(folder):
    dataset = load_data(folder)
    np.testing.assert_array_equal(dataset.x, X[..., np.newaxis])
    np.testing.assert_array_equal(dataset.x_test, X[:6, ..., np.newaxis])
    assert (dataset.modality, dataset.x.dtype, dataset.name) == ("image", np.uint8, folder.name)
    assert dataset.classes == ("0", "2", "4")
    np.testing.assert_array_equal(dataset.y, Y // 2)
    np.testing.assert_array_equal(dataset.y_test, Y[:6] // 2)


@pytest.mark.parametrize("spelled", ["-idx", ".idx"])
def test_files_may_be_unpacked_and_spelled_with_a_dot(folder, spelled):
    oracle = load_data(folder).source.sha256
    for name in NAMES:
        path = folder / f"{name}.gz"
        (folder / name.replace("-idx", spelled)).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert load_data(folder).source.sha256 == oracle


def test_the_test_part_may_be_absent(folder):
    for name in NAMES[2:]:
        (folder / f"{name}.gz").unlink()
    assert load_data(folder).x_test is None


def test_fewer_rows_keep_the_shares_of_classes_and_the_whole_test_part(folder):
    dataset = load_data(folder, rows=12)
    assert np.bincount(dataset.y).tolist() == [4, 4, 4]
    assert len(dataset.x_test) == 6


IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = NAMES


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (IMAGES, gzip.compress(packed(X), mtime=0)[:-30], "is cut off or damaged"),
        (IMAGES, b"no gzip at all", "is cut off or damaged"),
        (IMAGES, gzip.compress(packed(X)[:-7], mtime=0), "announces 30 x 4 x 3 bytes and holds 353"),
        (IMAGES, gzip.compress(packed(X) + b"more", mtime=0), "announces 30 x 4 x 3 bytes and holds more"),
        (IMAGES, gzip.compress(packed(X)[:9], mtime=0), "is cut off in its header (9 bytes)"),
        (IMAGES, gzip.compress(packed(Y), mtime=0), "holds labels (magic number 2049); images begin with 2051"),
        (LABELS, gzip.compress(packed(X), mtime=0), "holds images (magic number 2051); labels begin with 2049"),
        (IMAGES, gzip.compress(packed(X, 7), mtime=0), "is no idx file of bytes (magic number 7)"),
        (LABELS, gzip.compress(packed(Y[:29]), mtime=0), "holds 30 images and train-labels-idx1-ubyte.gz 29 labels"),
        (IMAGES, gzip.compress(struct.pack(">4i", 2051, 2**31 - 1, 2**15, 2**15), mtime=0), "than its"),
        (IMAGES, gzip.compress(struct.pack(">4i", 2051, 0, 4, 3), mtime=0), "there is nothing to learn from"),
        (TEST_LABELS, gzip.compress(packed(Y[:6] + 1), mtime=0), "holds '1', which is none of the 3 classes 0, 2, 4"),
        (TEST_IMAGES, gzip.compress(packed(X[:6, :2]), mtime=0), "are of 4x3 and 2x3; they must be alike"),
        (LABELS, None, "has no file train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz"),
        (TEST_LABELS, None, "the test part is optional, but its two files come together"),
    ],
)
def test_a_damaged_set_is_refused_in_one_line_with_the_cure(folder, name, content, words):
    path = folder / f"{name}.gz"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(BadData) as caught:
        load_data(folder)
    message = str(caught.value)
    assert words in message
    assert str(folder) in message
    assert "\n" not in message


def test_an_unpacked_file_that_is_cut_off_is_refused(folder):
    (folder / f"{IMAGES}.gz").unlink()
    (folder / IMAGES).write_bytes(packed(X)[:200])
    with pytest.raises(BadData, match=r"announces 30 x 4 x 3 bytes, more than its 200 can hold"):
        load_data(folder)


def test_a_file_beside_its_packed_self_is_refused_for_they_may_differ(folder):
    (folder / IMAGES).write_bytes(packed(X))
    with pytest.raises(BadData, match=f"holds {IMAGES} and {IMAGES}.gz, which may differ; one is read"):
        load_data(folder)


def test_a_damaged_set_ends_the_command_with_2_and_one_line(folder, zoo_command):
    (folder / f"{LABELS}.gz").unlink()
    said = zoo_command("check", folder)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith(f"zoo: {folder} has no file train-labels")


def test_the_target_and_the_file_of_a_folder_are_not_to_be_named(folder):
    with pytest.raises(BadValue, match="brings its own target"):
        load_data(folder, target="label")
    with pytest.raises(BadData, match="reads a folder. Give the path of its folder"):
        load_data(folder / f"{IMAGES}.gz", reader="idx")


@given(
    header=st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**32 - 1), st.just(2051), st.just(2049)), max_size=5),
    content=st.binary(max_size=80),
    is_packed=st.booleans(),
    kind=st.sampled_from(["images", "labels"]),
    cut=st.integers(0, 60),
)
def test_any_bytes_are_data_or_refused_in_one_line(tmp_path_factory, header, content, is_packed, kind, cut):
    whole = struct.pack(f">{len(header)}I", *header) + content
    packed_ = gzip.compress(whole, 1, mtime=0) if is_packed else whole
    path = tmp_path_factory.getbasetemp() / ("fuzzed.gz" if is_packed else "fuzzed")
    path.write_bytes(packed_[: max(len(packed_) - cut, 0)])
    try:
        assert read_idx(path, kind).dtype == np.uint8
    except BadData as error:
        assert "\n" not in str(error)


@given(change=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_packed_file_with_any_bytes_changed_is_data_or_refused(tmp_path_factory, change):
    path, content = tmp_path_factory.getbasetemp() / "fuzzed.gz", bytearray(gzip.compress(packed(X), mtime=0))
    for place, value in change:
        content[place % len(content)] = value
    path.write_bytes(content)
    try:
        read_idx(path, "images")
    except BadData as error:
        assert "\n" not in str(error)
