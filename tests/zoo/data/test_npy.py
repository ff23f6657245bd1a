"""The NPY reader: x.npy with its y.npy beside it."""

import numpy as np
import pytest

from zoo.data import load_data
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.splits import split

X = np.random.default_rng(0).integers(0, 256, (12, 4, 5), np.uint8)
Y = np.arange(12) % 3


def saved(folder, **arrays):
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


@pytest.mark.parametrize(("x", "y"), [("x", "y"), ("X", "Y"), ("x_train", "y_train"), ("X_train", "y_train")])
@pytest.mark.parametrize("whole", [True, False])
def test_a_folder_and_the_file_of_x_are_the_same_set(tmp_path, x, y, whole):
    saved(tmp_path, **{x: X, y: Y})
    dataset = load_data(tmp_path if whole else tmp_path / f"{x}.npy")
    np.testing.assert_array_equal(dataset.x[..., 0], X)
    np.testing.assert_array_equal(dataset.y, Y)
    assert dataset.modality == "image"


def test_a_test_part_and_names_of_classes_are_kept(tmp_path):
    saved(tmp_path, x=X, y=Y, x_test=X[:3], y_test=Y[:3], classes=np.array(["red", "green", "blue"]))
    dataset = load_data(tmp_path)
    assert dataset.classes == ("red", "green", "blue")
    np.testing.assert_array_equal(dataset.x_test[..., 0], X[:3])


def test_arrays_of_other_names_may_lie_beside(tmp_path):
    saved(tmp_path, x=X, y=Y, x_small=X[:, :2, :2], y_small=Y)
    assert load_data(tmp_path / "x_small.npy").x.shape == (12, 2, 2, 1)
    assert load_data(tmp_path / "x_small.npy").name == "small"


@pytest.mark.parametrize("side", [5, 40])
def test_images_past_the_budget_stay_in_their_file_and_are_prepared_alike(tmp_path, side):
    x = np.random.default_rng(0).integers(0, 256, (24, side, side, 3), np.uint8)
    saved(tmp_path, x=x, y=np.arange(24) % 3, x_test=x[:6], y_test=np.arange(6) % 3)
    held, lazy = (load_data(tmp_path, memory=memory) for memory in (None, 1000))
    assert isinstance(lazy.x, LazyRows) and isinstance(held.x, np.ndarray)
    assert lazy.source.sha256 == held.source.sha256
    ours, theirs = split(lazy), split(held)
    assert (ours.preparation, ours.task) == (theirs.preparation, theirs.task)
    np.testing.assert_array_equal(ours.train.x, theirs.train.x)
    np.testing.assert_array_equal(ours.test.x, theirs.test.x)


class Trap:
    """Breaks the test when somebody unpickles it."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


@pytest.mark.parametrize(
    ("arrays", "given", "words"),
    [
        ({"x": X}, ".", "has no y.npy beside it"),
        ({"x_train": X, "y": Y}, "x_train.npy", "has no y_train.npy beside it"),
        ({"x": X, "y": Y}, "y.npy", "give the path of x.npy"),
        ({"x": X, "y": Y, "x_train": X, "y_train": Y}, ".", "holds x.npy and x_train.npy; a folder is one set"),
        ({"x": X, "y": Y, "x_test": X}, ".", "come together"),
        ({"x": X, "y": Y[:5]}, ".", "x has 12 rows and y 5"),
        ({"x": X, "y": Y, "classes": np.array(["a", "a", "b"])}, ".", "a name twice"),
        ({"x": np.array([Trap()] * 12, dtype=object), "y": Y}, ".", "Python objects"),
        ({"x": X, "y": np.array([Trap()] * 12, dtype=object)}, ".", "Python objects"),
    ],
)
def test_arrays_that_cannot_be_learned_from_are_refused_in_one_line(tmp_path, arrays, given, words):
    saved(tmp_path, **arrays)
    with pytest.raises(BadData) as caught:
        load_data(tmp_path / given)
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
