"""Real data, where it lies beside the project: read as its owners describe it."""

import csv

import numpy as np
import pytest

from zoo.data import load_data
from zoo.preparation import Preparation
from zoo.rows import read_rows
from zoo.splits import split


def test_titanic_keeps_what_can_be_learned_from_and_says_what_it_leaves(shared_data):
    path = shared_data / "titanic" / "train.csv"
    dataset = load_data(path, target="Survived")
    assert dataset.x.shape == (891, 8)
    assert dict(dataset.categories) == {"Sex": ("female", "male"), "Embarked": ("C", "Q", "S")}
    assert dataset.missing == {"Age": 177, "Embarked": 2}
    left = [text.split("'")[1] for text in dataset.warnings if "is left out" in text]
    assert left == ["Name", "Ticket", "Cabin"]
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_array_equal(dataset.y, [int(row["Survived"]) for row in rows])
    sexes = [("female", "male").index(row["Sex"]) for row in rows]
    np.testing.assert_array_equal(dataset.x[:, dataset.columns.index("Sex")], sexes)


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("titanic/train.csv", "Survived"),
        ("california-housing/housing.csv", "median_house_value"),
        ("adult/train.csv", "income"),
    ],
)
def test_rows_to_predict_are_the_rows_that_were_learned_from(shared_data, file, target):
    path = shared_data / file
    dataset = load_data(path, target=target)
    bare = Preparation(dataset.columns, dataset.x.shape[1:], (), categories=dataset.categories)
    np.testing.assert_array_equal(read_rows(path, bare), dataset.x)


def test_the_test_file_of_titanic_has_other_columns_and_can_be_predicted(shared_data):
    preparation = split(load_data(shared_data / "titanic" / "train.csv", target="Survived")).preparation
    rows = preparation.apply(read_rows(shared_data / "titanic" / "test.csv", preparation))
    assert rows.dtype == np.float32
    assert rows.ndim == 2
    assert np.isfinite(rows).all()


@pytest.mark.slow
def test_the_test_file_of_adult_is_prepared_by_its_training_file(shared_data):
    preparation = split(load_data(shared_data / "adult" / "train.csv", target="income")).preparation
    rows = preparation.apply(read_rows(shared_data / "adult" / "test.csv", preparation))
    assert len(rows) == 16_281
    assert np.isfinite(rows).all()


def test_house_values_are_quantities(shared_data):
    splits = split(load_data(shared_data / "california-housing" / "housing.csv", target="median_house_value"))
    assert (splits.task.kind, splits.dataset.missing) == ("regression", {"total_bedrooms": 207})
    assert splits.dataset.y.max() == 500_001
    np.testing.assert_allclose(splits.train.y.std(), 1, rtol=1e-4)


def test_concrete_as_arrays_is_a_regression(shared_data):
    table = np.loadtxt(shared_data / "concrete" / "data.txt")
    splits = split(load_data((table[:, :-1], table[:, -1])))
    assert (splits.task.kind, splits.task.input_shape) == ("regression", (8,))
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 1030


@pytest.mark.parametrize(
    ("name", "rows", "steps", "classes"),
    [
        ("ECG200", (100, 100), 96, 2),
        ("GunPoint", (50, 150), 150, 2),
        ("SyntheticControl", (300, 300), 60, 6),
        ("SwedishLeaf", (500, 625), 128, 15),
        ("CricketX", (390, 390), 300, 12),
        ("ItalyPowerDemand", (67, 1029), 24, 2),
    ],
)
def test_series_of_the_archive_have_the_sizes_that_it_states(shared_data, name, rows, steps, classes):
    dataset = load_data(shared_data / "series" / name)
    assert (dataset.x.shape, dataset.x_test.shape) == ((rows[0], steps, 1), (rows[1], steps, 1))
    assert (dataset.modality, len(dataset.classes), dataset.name) == ("series", classes, name)


def test_fashion_mnist_is_bytes_with_balanced_classes(shared_data):
    dataset = load_data(shared_data / "fashion-mnist", rows=5_000)
    assert (dataset.x.shape, dataset.x_test.shape, dataset.x.dtype) == (
        (5_000, 28, 28, 1),
        (10_000, 28, 28, 1),
        np.uint8,
    )
    assert np.bincount(dataset.y).tolist() == [500] * 10
    assert np.bincount(dataset.y_test).tolist() == [1_000] * 10
    np.testing.assert_allclose(dataset.x.mean(), 72.94, atol=1)  # 0.2860 of 255, as is widely used to normalise
