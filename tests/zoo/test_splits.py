"""Splits: stratified, repeatable, prepared by the training part alone."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.errors import BadData
from zoo.rows import recoded
from zoo.scale import Scale
from zoo.splits import split

from .kinds import dataset_of


def sizes(splits):
    return len(splits.train), len(splits.validation), len(splits.test)


@pytest.mark.parametrize(
    ("name", "expected"), [("digits", (1078, 359, 360)), ("breast_cancer", (341, 114, 114)), ("wine", (107, 36, 35))]
)
def test_rows_are_split_60_20_20_and_each_part_has_its_share_of_every_class(name, expected):
    dataset = load_data(name)
    splits = split(dataset)
    assert sizes(splits) == expected
    share = np.bincount(dataset.y) / len(dataset.y)
    for part in (splits.train, splits.validation, splits.test):
        assert np.abs(np.bincount(part.y) - share * len(part)).max() <= 1.5


def test_every_row_is_in_one_part():
    x = np.arange(40.0)[:, np.newaxis]
    splits = split(load_data((x, np.arange(40) % 2)))
    prepared = np.concatenate([part.x for part in (splits.train, splits.validation, splits.test)])
    np.testing.assert_array_equal(np.sort(prepared, axis=0), splits.preparation.apply(x))


def test_the_seed_decides_and_is_kept_in_the_source():
    wine = load_data("wine")
    same, again, other = split(wine, 3), split(wine, 3), split(wine, 4)
    np.testing.assert_array_equal(same.train.x, again.train.x)
    assert not np.array_equal(same.train.x, other.train.x)
    assert (same.dataset.source.split_seed, other.dataset.source.split_seed) == (3, 4)


def test_the_task_says_what_a_prepared_row_is():
    task = split(load_data("digits")).task
    assert (task.modality, task.input_shape, task.dtype, task.outputs) == ("image", (8, 8, 1), "float32", 10)


def test_bytes_of_images_reach_the_model_as_bytes():
    images = np.random.default_rng(0).integers(0, 256, (30, 4, 4), np.uint8)
    splits = split(load_data((images, np.arange(30) % 2)))
    assert (splits.task.dtype, splits.train.x.dtype, splits.test.x.shape[1:]) == ("uint8", np.uint8, (4, 4, 1))


def test_the_preparation_has_seen_training_rows_only():
    splits = split(load_data("wine"))
    np.testing.assert_allclose(splits.train.x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(splits.train.x.std(axis=0), 1, atol=1e-6)
    assert np.abs(splits.validation.x.mean(axis=0)).max() > 0.01


def test_a_given_test_set_is_kept_and_the_rest_split_75_to_25(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(48, 3)), np.arange(48) % 2
    np.savez(tmp_path / "data.npz", x=x[:40], y=y[:40], x_test=x[40:], y_test=y[40:])
    splits = split(load_data(tmp_path / "data.npz"))
    assert sizes(splits) == (30, 10, 8)
    np.testing.assert_array_equal(splits.test.x, splits.preparation.apply(x[40:]))
    np.testing.assert_array_equal(splits.test.y, y[40:])


@settings(deadline=None)
@given(st.lists(st.integers(3, 9), min_size=2, max_size=8), st.integers(0, 99))
def test_every_class_of_three_rows_or_more_can_be_split_and_is_trained_on(counts, seed):
    y = np.repeat(np.arange(len(counts)), counts)
    splits = split(load_data((np.eye(len(y)), y)), seed)
    assert sum(sizes(splits)) == len(y)
    assert min(sizes(splits)) >= len(counts)
    assert set(splits.train.y) == set(range(len(counts)))


def test_quantities_are_split_at_random_and_put_on_the_scale_of_the_training_rows():
    dataset = load_data("diabetes")
    splits = split(dataset)
    assert sizes(splits) == (265, 88, 89)
    assert (splits.task.kind, splits.task.outputs, splits.train.kind) == ("regression", 1, "regression")
    assert splits.train.y.dtype == np.float32
    np.testing.assert_allclose([splits.train.y.mean(), splits.train.y.std()], [0, 1], atol=1e-6)
    parts = (splits.train, splits.validation, splits.test)
    assert {part.scale for part in parts} == {splits.preparation.target}
    back = np.concatenate([part.scale.undo(part.y) for part in parts])
    np.testing.assert_allclose(np.sort(back), np.sort(dataset.y), rtol=1e-5)


def test_a_given_test_set_of_quantities_is_put_on_the_same_scale(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(2, 48))
    np.savez(tmp_path / "data.npz", x=x[:40, None], y=y[:40], x_test=x[40:, None], y_test=y[40:])
    splits = split(load_data(tmp_path / "data.npz"))
    assert sizes(splits) == (30, 10, 8)
    np.testing.assert_allclose(splits.test.scale.undo(splits.test.y), y[40:], rtol=1e-5)


def test_texts_that_only_other_parts_show_have_no_column_in_a_prepared_row():
    import pandas as pd

    towns = ["Rome", "Oslo"] * 20
    frame = pd.DataFrame({"town": towns, "age": range(0, 80, 2), "y": ["a", "b"] * 20})
    for seed in range(5):
        test_row = split(load_data(frame, target="y"), seed).test.x[0]
        assert test_row.shape == (3,)
    lone = load_data(frame.assign(town=[*towns[:-1], "Bonn"]), target="y")
    widths = {split(lone, seed).task.input_shape for seed in range(5)}
    assert widths == {(3,), (4,)}  # (4,) where Bonn is trained on, as one of the rare ones


def test_series_keep_their_time_and_channels():
    x, y = np.random.default_rng(0).normal(size=(20, 7, 2)), np.arange(20) % 2
    splits = split(load_data((x, y), modality="series"))
    assert (splits.task.modality, splits.task.input_shape, splits.train.x.dtype) == ("series", (7, 2), np.float32)


def test_a_row_too_large_for_float32_is_refused():
    x = np.arange(40.0)[:, np.newaxis]
    x[np.setdiff1d(np.arange(40), [7])] /= 1e60
    with pytest.raises(BadData, match="not finite"):
        for seed in range(20):  # until row 7 is no training row
            split(load_data((x, np.arange(40) % 2)), seed)


def test_the_window_of_recordings_is_no_level_of_their_quantities():
    y = np.linspace(0, 9, 24)
    splits = split(dataset_of("audio", y=y, classes=()), preparation={"window": 40})
    assert splits.preparation.target == Scale.fit(y[splits.places.train])


def people():
    """Return a table whose column of text holds two towns often and twenty names once."""
    import pandas as pd

    texts = ["Bern", "Rome"] * 50 + [f"name {place}" for place in range(20)]
    return pd.DataFrame({"text": texts, "age": np.arange(120) % 7, "y": ["a", "b", "b"] * 40})


def test_texts_that_are_not_told_apart_are_in_no_preparation():
    splits = split(load_data(people(), "y"))
    assert splits.preparation.categories == {"text": ("Bern", "Rome")}
    assert "name" not in json.dumps({**splits.preparation.to_json(), "steps": []})


def test_rows_are_prepared_as_one_that_knows_all_texts_would():
    dataset = load_data(people(), "y")
    splits = split(dataset)
    others = ~np.isin(np.asarray(dataset.categories["text"])[dataset.x[:, 0].astype(int)], ["Bern", "Rome"])
    prepared = splits.preparation.apply(recoded(dataset, dataset.x, splits.preparation))
    assert sorted(map(bytes, prepared)) == sorted(
        map(bytes, np.concatenate([splits.train.x, splits.validation.x, splits.test.x]))
    )
    np.testing.assert_array_equal(prepared[:, 1:].argmax(axis=1) == 2, others)
