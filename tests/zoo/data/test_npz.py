"""The NPZ reader: images and tables in, nothing unpickled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from zoo.data import load_data
from zoo.errors import BadData, ZooError

Y = np.arange(12) % 3


def save(folder, **arrays):
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize(
    ("shape", "kind", "modality", "read_shape", "read_kind"),
    [
        ((12, 5), "float32", "table", (12, 5), "float64"),
        ((12, 5), "uint8", "table", (12, 5), "float64"),
        ((12, 4, 4), "uint8", "image", (12, 4, 4, 1), "uint8"),
        ((12, 4, 4, 3), "float64", "image", (12, 4, 4, 3), "float32"),
        ((12, 4, 4, 3), "int64", "image", (12, 4, 4, 3), "float32"),
    ],
)
def test_the_shape_tells_the_modality_and_only_bytes_of_images_stay(
    tmp_path, shape, kind, modality, read_shape, read_kind
):
    dataset = load_data(save(tmp_path, x=np.arange(np.prod(shape)).reshape(shape).astype(kind), y=Y))
    assert (dataset.modality, dataset.x.shape, dataset.x.dtype) == (modality, read_shape, read_kind)


def test_a_given_test_set_and_names_of_classes_are_kept(tmp_path):
    x = np.random.default_rng(0).normal(size=(12, 2))
    path = save(tmp_path, x=x, y=Y, x_test=x[:3], y_test=Y[:3], classes=np.array(["red", "green", "blue"]))
    dataset = load_data(path)
    assert dataset.classes == ("red", "green", "blue")
    np.testing.assert_array_equal(dataset.y, Y)
    np.testing.assert_array_equal(dataset.y_test, Y[:3])
    np.testing.assert_array_equal(dataset.x_test, x[:3])


def test_labels_may_be_text(tmp_path):
    dataset = load_data(save(tmp_path, x=np.eye(12), y=np.array(["dog", "cat", "owl"])[Y]))
    assert dataset.classes == ("cat", "dog", "owl")
    assert dataset.y[:3].tolist() == [1, 0, 2]


class Trap:
    """Breaks the test when somebody unpickles it."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


X = np.eye(12)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": np.array([Trap()] * 12, dtype=object), "y": Y}, "Python objects"),
        ({"x": X, "y": np.array([Trap()] * 12, dtype=object)}, "Python objects"),
        ({"x": X, "y": np.array(["a", "b", ""])[Y]}, "y is missing in 4 of 12 rows"),
        ({"y": Y}, "no array 'x'"),
        ({"x": X}, "no array 'y'"),
        ({"x": X, "y": Y, "x_test": X}, "come together"),
        ({"x": X, "y": Y[:5]}, "x has 12 rows and y 5"),
        ({"x": X, "y": Y, "x_test": X, "y_test": Y[:2]}, "x_test has 12 rows and y_test 2"),
        ({"x": X, "y": Y, "x_test": X[:, :3], "y_test": Y}, "must be alike"),
        ({"x": X, "y": Y, "x_test": X[:1], "y_test": np.array([7])}, "y_test holds '7'"),
        ({"x": X[:, 0], "y": Y}, "x has shape (12,)"),
        ({"x": X.astype(str), "y": Y}, "must hold numbers"),
        ({"x": X, "y": np.eye(3)[Y]}, "argmax(axis=1)"),
        ({"x": X, "y": np.where(Y == 0, np.nan, Y)}, "y is missing in 4 of 12 rows"),
        ({"x": X, "y": Y, "classes": np.array(["a", "b"])}, "whole numbers from 0 to 1"),
        ({"x": X, "y": Y, "classes": np.array(["a", "b", "b"])}, "a name twice"),
        ({"x": X, "y": Y, "classes": np.array([str(n) for n in range(20)])}, "12 rows for 20 classes"),
        ({"x": X, "y": Y, "classes": np.array(list("abcd"))}, "class 'd' has 0 rows"),
        ({"x": np.full((12, 4, 4), np.nan), "y": Y}, "pixel (0, 0, 0) is nan in data row 1"),
        ({"x": X, "y": Y, "x_test": np.full((1, 12), np.inf), "y_test": Y[:1]}, "test part: column 'x0' is inf"),
        ({"x": X[:0], "y": Y[:0]}, "x has no rows"),
    ],
)
def test_arrays_that_cannot_be_learned_from_are_refused_in_one_line(tmp_path, arrays, words):
    path = save(tmp_path, **arrays)
    with pytest.raises(BadData) as caught:
        load_data(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "allow_pickle" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(BadData, match=r"np\.savez"):
        load_data(path)


def test_a_truncated_archive_is_refused(tmp_path):
    path = save(tmp_path, x=np.random.default_rng(0).normal(size=(12, 50)), y=Y)
    content = bytearray(path.read_bytes())
    content[300:400] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(BadData, match="not an .npz archive that can be read"):
        load_data(path)


def test_a_single_array_renamed_to_npz_is_refused(tmp_path):
    np.save(tmp_path / "data.npy", X)
    (tmp_path / "data.npy").rename(tmp_path / "data.npz")
    with pytest.raises(BadData, match="not an .npz archive that can be read"):
        load_data(tmp_path / "data.npz")


ANY = arrays_of.arrays(
    st.sampled_from(["f8", "f2", "i8", "u1", "?", "U2", "S2", "c8", "M8[s]", "u8", [("a", "f4")]]),
    st.one_of(
        arrays_of.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4), st.sampled_from([(12, 3), (12,)])
    ),
)
KEYS = st.sampled_from(["x", "y", "x_test", "y_test", "classes", "modality"])


@given(st.dictionaries(KEYS, ANY, max_size=6))
def test_any_arrays_under_the_known_keys_are_data_or_refused_in_one_line(tmp_path_factory, arrays):
    path = tmp_path_factory.getbasetemp() / "fuzzed.npz"
    np.savez(path, **arrays)
    try:
        load_data(path)
    except ZooError as error:
        assert "\n" not in str(error)


@given(x=ANY, y=arrays_of.arrays(st.sampled_from(["f8", "i8", "U2", "S2", "u8"]), st.sampled_from([(12,), (12, 1)])))
def test_any_rows_with_any_labels_are_data_or_refused_in_one_line(tmp_path_factory, x, y):
    path = tmp_path_factory.getbasetemp() / "fuzzed.npz"
    np.savez(path, x=np.broadcast_to(x[:1], (12, *x.shape[1:])) if x.ndim and len(x) else x, y=y)
    try:
        load_data(path)
    except ZooError as error:
        assert "\n" not in str(error)
