"""Real data, where it lies beside the project: `zoo check` is right about task, shapes, classes and missing cells."""

import csv
import gzip
import struct
from collections import Counter

import numpy as np
import pytest

from zoo.checking import check
from zoo.checking.overview import LINES
from zoo.data import load_data
from zoo.raw.cells import MISSING_CELLS
from zoo.splits import split

pytestmark = pytest.mark.slow


def checked(data, **options):
    dataset = load_data(data, **options)
    found = check(dataset, split(dataset))
    assert len(found.screen().splitlines()) <= LINES
    assert found.builders
    assert found.to_json()["next"].startswith("zoo tune ")
    return found


def cells_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def missing_in(rows, columns):
    gaps = Counter(column for row in rows for column in columns if row[column].strip() in MISSING_CELLS)
    return {column: gaps[column] for column in columns if gaps[column]}


def told(found, words):
    return [text for text in found.warnings if words in text]


def test_adult_is_a_table_of_two_classes_with_missing_texts_and_a_code(shared_data):
    rows = cells_of(shared_data / "adult" / "train.csv")
    columns = [column for column in rows[0] if column != "income"]
    found = checked(shared_data / "adult", target="income")
    assert (found.task.kind, found.task.modality, found.task.classes) == ("classification", "table", ("<=50K", ">50K"))
    assert (sum(found.rows.values()), found.rows["test"]) == (32_561 + 16_281, 16_281)
    assert found.missing == missing_in(rows, columns)
    assert {one.column for one in found.ranking} == set(columns)
    assert found.ranking[0].column in ("relationship", "marital-status")
    assert told(found, "'capital-gain' is 99,999 in 159 rows")
    assert told(found, "'education-num' as 'education'")
    distinct = {tuple(row[column] for column in columns) for row in rows}
    test = {tuple(row[column] for column in columns) for row in cells_of(shared_data / "adult" / "test.csv")}
    assert told(found, "repeat an earlier one")
    assert distinct & test
    assert told(found, "test rows are training rows too")


def test_titanic_names_its_gaps_identifiers_and_the_columns_left_out(shared_data):
    path = shared_data / "titanic" / "train.csv"
    found = checked(path, target="Survived")
    assert (found.task.kind, found.task.classes, sum(found.rows.values())) == ("classification", ("0", "1"), 891)
    assert found.missing == missing_in(cells_of(path), ["Age", "Embarked"])
    assert told(found, "column 'PassengerId' numbers the rows")
    assert len(told(found, "is left out")) == 3
    assert found.ranking[0].column == "Sex"


def test_house_prices_are_quantities_that_are_capped(shared_data):
    path = shared_data / "california-housing" / "housing.csv"
    rows = cells_of(path)
    found = checked(path, target="median_house_value")
    prices = np.array([float(row["median_house_value"]) for row in rows])
    assert (found.task.kind, found.target_range) == ("regression", (prices.min(), prices.max()))
    assert found.missing == missing_in(rows, [column for column in rows[0] if column != "median_house_value"])
    assert told(found, f"{(prices == 500_001).sum()} rows of 20,640 hold exactly the largest target, 500,001")
    assert found.ranking[0].column == "median_income"


def test_fashion_mnist_is_images_of_ten_classes_without_gaps(shared_data):
    folder = shared_data / "fashion-mnist"
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as file:
        _, count, height, width = struct.unpack(">4I", file.read(16))
    found = checked(folder)
    assert (found.task.kind, found.task.modality, found.task.input_shape) == (
        "classification",
        "image",
        (height, width, 1),
    )
    assert (found.rows["train"] + found.rows["validation"], found.rows["test"]) == (count, 10_000)
    assert (len(found.task.classes), found.missing, found.ranking) == (10, {}, ())


@pytest.mark.parametrize(
    "name", ["CricketX", "ECG200", "GunPoint", "ItalyPowerDemand", "SwedishLeaf", "SyntheticControl"]
)
def test_series_of_one_label_and_their_values_a_line(shared_data, name):
    folder = shared_data / "series" / name
    parts = [np.loadtxt(folder / f"{name}_{part}.tsv") for part in ("TRAIN", "TEST")]
    found = checked(folder)
    assert (found.task.kind, found.task.modality) == ("classification", "series")
    assert found.task.input_shape == (parts[0].shape[1] - 1, 1)
    assert (found.rows["train"] + found.rows["validation"], found.rows["test"]) == tuple(map(len, parts))
    assert len(found.task.classes) == len(np.unique(parts[0][:, 0]))


def test_sign_digits_are_a_folder_of_images_of_ten_classes(shared_data):
    folder = shared_data / "sign-digits" / "Dataset"
    found = checked(folder)
    assert (found.task.kind, found.task.modality) == ("classification", "image")
    assert sum(found.rows.values()) == sum(1 for path in folder.rglob("*") if path.is_file())
    assert found.task.classes == tuple(map(str, range(10)))
    assert found.task.input_shape[-1] == 3
    assert "Resize" in repr(found.facts) or "resize" in repr(found.facts)


def test_spoken_digits_are_recordings_grouped_by_speaker(shared_data):
    folder = shared_data / "spoken-digits" / "recordings"
    found = checked(folder, pattern="{label}_{speaker}_{index}", group="speaker")
    assert (found.task.kind, found.task.modality) == ("classification", "audio")
    assert sum(found.rows.values()) == sum(1 for _ in folder.glob("*.wav"))
    assert found.task.classes == tuple(map(str, range(10)))
    assert "by group 'speaker'" in found.text()
    assert not told(found, "alike")


@pytest.mark.parametrize(
    ("file", "classes", "rows"), [("rt-polarity.all", 2, 10_662), ("TREC.train.all", 6, 5_452 + 500)]
)
def test_sentences_are_texts_in_latin_1(shared_data, file, classes, rows):
    found = checked(shared_data / "sentences" / file)
    assert (found.task.kind, found.task.modality) == ("classification", "text")
    assert (len(found.task.classes), sum(found.rows.values())) == (classes, rows)
    assert told(found, "latin-1")


def test_spam_is_a_column_of_text_with_many_repeats(shared_data):
    path = shared_data / "sms-spam" / "spam.csv"
    with path.open(newline="", encoding="latin-1") as file:
        rows = [row[:2] for row in csv.reader(file)][1:]
    found = checked(path, target="v1")
    assert (found.task.modality, found.task.classes, sum(found.rows.values())) == ("text", ("ham", "spam"), len(rows))
    (repeats,) = told(found, "repeat an earlier one")
    count = int(repeats.split()[0].replace(",", ""))
    texts = len(rows) - len({text for _, text in rows})
    assert abs(count - texts) <= 0.05 * texts  # spaces and marks of latin-1 may be read alike
    assert told(found, "rows are training rows too")


@pytest.mark.parametrize(
    ("file", "target", "time", "rows"),
    [("airline-passengers.csv", "Passengers", "Month", 144), ("daily-min-temperatures.csv", "Temp", "Date", 3650)],
)
def test_forecasts_are_split_by_time(shared_data, file, target, time, rows):
    found = checked(shared_data / "airline" / file, target=target, time=time, lookback=12, horizon=3)
    assert (found.task.kind, found.task.modality, found.task.horizon) == ("regression", "series", 3)
    assert found.task.input_shape == (12, 1)
    assert "by time" in found.text()
    assert rows - 40 <= sum(found.rows.values()) <= rows - 12 - 3 + 1
    assert not told(found, "training row")


def test_concrete_has_no_header_and_is_a_quantity(shared_data):
    path = shared_data / "concrete" / "data.txt"
    values = np.loadtxt(path)
    found = checked(path, target="x8")
    assert (found.task.kind, found.task.input_shape, found.missing) == ("regression", (8,), {})
    assert found.target_range == (values[:, -1].min(), values[:, -1].max())
    distinct = len(np.unique(values[:, :-1], axis=0))
    assert told(found, f"{len(values) - distinct} rows repeat an earlier one")
    assert told(found, "have the same inputs as another and a different answer")


def test_adult_past_the_memory_is_looked_at_in_part_said_aloud(shared_data):
    found = checked(shared_data / "adult", target="income", memory=1 << 20)
    assert (sum(found.rows.values()), found.task.classes) == (32_561 + 16_281, ("<=50K", ">50K"))
    rows = cells_of(shared_data / "adult" / "train.csv")
    assert found.missing == missing_in(rows, [column for column in rows[0] if column != "income"])
    assert told(found, "rows stay on the disk: only 6,000 of 48,842 rows were looked at")
    assert found.ranking[0].column in ("relationship", "marital-status")
