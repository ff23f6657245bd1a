"""Arrays and data frames from Python: tables, images, series; classes and quantities."""

import numpy as np
import pytest

from zoo.builders import require_accepts
from zoo.data import load_data
from zoo.errors import BadData, BadValue, UnknownName, Unsupported

Y = np.arange(12) % 3


@pytest.mark.parametrize(
    ("shape", "kind", "read_shape"),
    [((12, 5), "float64", (12, 5, 1)), ((12, 5, 2), "int16", (12, 5, 2)), ((12, 5), "uint8", (12, 5, 1))],
)
def test_series_are_named_as_such_and_become_float32_with_channels(shape, kind, read_shape):
    dataset = load_data((np.ones(shape, kind), Y), modality="series")
    assert (dataset.modality, dataset.x.shape, dataset.x.dtype) == ("series", read_shape, np.float32)


@pytest.mark.parametrize("modality", ["table", "image"])
def test_the_modality_that_the_axes_tell_may_be_named(modality):
    x = np.arange(12 * 25, dtype=np.uint16).astype(np.uint8).reshape(12, 5, 5)
    x = x[:, 0] if modality == "table" else x
    assert load_data((x, Y), modality=modality).source.sha256 == load_data((x, Y)).source.sha256


@pytest.mark.parametrize(
    ("shape", "modality", "kind", "words"),
    [
        ((12, 5), "image", BadData, "x has shape (12, 5); an image is (rows, height, width) or"),
        ((12, 5, 5, 3), "series", BadData, "a series is (rows, time) or (rows, time, channels)"),
        ((12, 5), "sound", BadValue, "modality is 'sound'; arrays are read as one of table, image, series"),
    ],
)
def test_a_modality_that_does_not_fit_is_refused(shape, modality, kind, words):
    with pytest.raises(kind) as caught:
        load_data((np.ones(shape), Y), modality=modality)
    assert words in str(caught.value)


def test_only_arrays_need_a_modality():
    with pytest.raises(BadValue, match="only arrays"):
        load_data("wine", modality="table")


def test_the_target_of_arrays_may_be_a_quantity_with_test_rows(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(2, 30))
    assert load_data((x[:, np.newaxis], y)).y.tolist() == y.tolist()
    np.savez(tmp_path / "data.npz", x=x[:20, None], y=y[:20], x_test=x[20:, None], y_test=y[20:])
    dataset = load_data(tmp_path / "data.npz")
    assert (dataset.kind, dataset.y_test.tolist()) == ("regression", y[20:].tolist())


def test_a_test_target_of_text_beside_quantities_is_refused(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.eye(12), y=np.arange(12) / 7, x_test=np.eye(12), y_test=["a"] * 12)
    with pytest.raises(BadData, match="y_test holds 'a'; the target is a quantity"):
        load_data(tmp_path / "data.npz")


def test_a_data_frame_gives_quantities_and_texts_of_any_type():
    import pandas as pd

    frame = pd.DataFrame(
        {
            "town": pd.Categorical(["Rome", "Oslo", None, "Rome"] * 5),
            "rooms": pd.array([1, 2, None, 4] * 5, dtype="Int64"),
            "old": pd.array([True, None, False, True] * 5, dtype="boolean"),
            "price": np.arange(20) + 0.5,
        }
    )
    dataset = load_data(frame, target="price")
    assert (dataset.kind, dict(dataset.categories)) == ("regression", {"town": ("Oslo", "Rome")})
    expected = [[1, 1, 1], [0, 2, np.nan], [np.nan, np.nan, 0], [1, 4, 1]]
    np.testing.assert_array_equal(dataset.x[:4], expected)
    assert dataset.missing == {"town": 5, "rooms": 5, "old": 5}


@pytest.mark.parametrize("kind", [object, str])
def test_numbers_that_a_data_frame_holds_as_objects_are_a_quantity(kind):
    import pandas as pd

    prices = np.arange(30) + 0.5
    frame = pd.DataFrame({"age": np.arange(30) % 7, "price": prices.astype(kind)})
    assert load_data(frame, target="price").y.tolist() == prices.tolist()


def test_truth_values_are_classes_whatever_a_data_frame_holds_them_as():
    import pandas as pd

    for truth in ([True, False] * 6, ["True", "False"] * 6, np.array([True, False] * 6, object)):
        assert load_data(pd.DataFrame({"age": range(12), "y": truth}), target="y").classes == ("False", "True")


def test_diabetes_is_the_measured_data_of_scikit_learn():
    from sklearn.datasets import load_diabetes

    oracle, dataset = load_diabetes(scaled=False), load_data("diabetes")
    np.testing.assert_array_equal(dataset.x, oracle.data)
    np.testing.assert_array_equal(dataset.y, oracle.target)
    assert (dataset.kind, dataset.columns[0]) == ("regression", "age")


@pytest.mark.parametrize("target", [4, "4", np.int64(4)])
def test_the_target_of_a_frame_with_numbered_columns_may_be_its_number(target):
    import pandas as pd

    array = np.column_stack([np.random.default_rng(0).normal(size=(12, 4)), Y])
    dataset = load_data(pd.DataFrame(array), target=target)
    assert (dataset.columns, dataset.source.target, dataset.classes) == (("0", "1", "2", "3"), "4", ("0", "1", "2"))


def test_numbered_columns_without_the_target_are_listed():
    import pandas as pd

    with pytest.raises(UnknownName, match="no column is named '7' in frame"):
        load_data(pd.DataFrame(np.eye(12)[:, :5]), target=7)


@pytest.mark.parametrize("y", [Y, Y > 0, Y.astype(str)])
def test_arrays_are_learned_as_the_task_says(y):
    dataset = load_data((np.eye(12), y), task="regression")
    assert (dataset.kind, dataset.y.tolist()) == (
        "regression",
        (Y > 0 if y.dtype == bool else Y).astype(float).tolist(),
    )


def test_codes_of_classes_in_arrays_raise_no_doubt_and_ratings_do():
    x, codes = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 6
    assert load_data((x, codes)).warnings == ()
    assert "'y' holds 6 different whole numbers: learned as classes" in load_data((x, codes + 1)).warnings[0]


def test_a_task_other_than_that_of_the_data_is_refused(tmp_path):
    with pytest.raises(BadValue, match="task is 'regression', but wine brings classes as its target. Leave the task"):
        load_data("wine", task="regression")
    with pytest.raises(BadValue, match="task is 'classification', but diabetes brings a quantity"):
        load_data(load_data("diabetes"), task="classification")
    np.savez(tmp_path / "data.npz", x=np.eye(12), y=Y, classes=["a", "b", "c"])
    with pytest.raises(BadValue, match="brings classes"):
        load_data(tmp_path / "data.npz", task="regression")


def test_an_archive_is_learned_as_the_task_says(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.eye(12), y=Y, x_test=np.eye(12), y_test=Y + 7)
    dataset = load_data(tmp_path / "data.npz", task="regression")
    assert (dataset.kind, dataset.y_test.tolist()) == ("regression", (Y + 7.0).tolist())


@pytest.mark.parametrize("shape", [(12,), (12, 2, 2, 2, 2)])
def test_arrays_of_no_known_shape_are_told_how_series_are_read(shape):
    with pytest.raises(BadData, match=r'for series call zoo\.load_data\(\(x, y\), modality="series"\)'):
        load_data((np.ones(shape), Y))


def test_a_builder_of_series_that_refuses_a_table_says_how_series_are_named():
    with pytest.raises(Unsupported, match=r'zoo\.load_data\(\(x, y\), modality="series"\)'):
        require_accepts("lstm", load_data((np.eye(12), Y)).modality)


def several_sizes(kind="uint8", channels=3):
    return [np.full((4 + place, 5, channels), place, kind) for place in range(12)]


@pytest.mark.parametrize("pack", [list, tuple])
def test_images_of_several_sizes_come_as_a_list_of_arrays(pack):
    dataset = load_data((pack(several_sizes()), Y))
    assert (dataset.modality, dataset.x.dtype, dataset.x[3].shape) == ("image", object, (7, 5, 3))
    assert dataset.facts == {"channels": 3, "largest": [15, 5], "ragged": True}


def test_images_of_several_sizes_may_lack_the_channel_axis_and_be_no_bytes():
    dataset = load_data(([image[..., 0] for image in several_sizes("float64")], Y))
    assert (dataset.x[0].shape, dataset.x[0].dtype) == ((4, 5, 1), np.float32)


@pytest.mark.parametrize("pack", [list, np.array, lambda texts: np.array(texts, object)])
def test_rows_of_text_stay_text(pack):
    dataset = load_data((pack([f"text {place}" for place in range(12)]), Y))
    assert (dataset.modality, dataset.x[3]) == ("text", "text 3")


@pytest.mark.parametrize(
    ("x", "modality", "kind", "words"),
    [
        (several_sizes(), "series", BadValue, "modality is 'series', but x holds rows of image"),
        ([*several_sizes()[:11], np.zeros((4, 5, 1), np.uint8)], None, BadData, "x holds images of 1 and 3 channels"),
        ([*several_sizes()[:11], np.zeros(4)], None, BadData, "x[11] is of dtype float64 and shape (4,)"),
    ],
)
def test_rows_of_several_sizes_that_are_no_such_images_are_refused(x, modality, kind, words):
    with pytest.raises(kind) as caught:
        load_data((x, Y), modality=modality)
    assert words in str(caught.value)
