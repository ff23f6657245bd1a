"""Real tables, where they lie beside the project: what is said of them, and what a short study makes of them."""

import json

import numpy as np
import pytest

from zoo.checking import check
from zoo.data import load_data
from zoo.plans import plan_space
from zoo.rows import read_rows
from zoo.splits import split


def checked(path, target=None, **options):
    dataset = load_data(path, target=target, **options)
    return check(dataset, split(dataset)).to_json()


def test_check_is_right_about_concrete_and_its_first_split(shared_data):
    found = checked(shared_data / "concrete")
    assert (found["task"], found["modality"], found["classes"]) == ("regression", "table", None)
    assert found["rows"] == {"train": 695, "validation": 232, "test": 103}
    assert (found["input_shape"], found["missing"]) == ([8], {})


@pytest.mark.parametrize("place", [0, 7, 19])
def test_each_split_of_concrete_has_the_rows_that_its_files_number(shared_data, place):
    folder = shared_data / "concrete"
    table = np.loadtxt(folder / "data.txt")
    dataset = load_data(folder / f"index_train_{place}.txt")
    train, test = (np.loadtxt(folder / f"index_{part}_{place}.txt").astype(int) for part in ("train", "test"))
    np.testing.assert_array_equal(dataset.x, table[train, :8])
    np.testing.assert_array_equal(dataset.y, table[train, 8])
    np.testing.assert_array_equal(dataset.x_test, table[test, :8])
    np.testing.assert_array_equal(dataset.y_test, table[test, 8])


def test_a_table_without_a_header_is_predicted_as_it_was_learned(shared_data, tmp_path):
    dataset = load_data(shared_data / "concrete" / "data.txt", target="8")
    preparation = split(dataset).preparation
    np.testing.assert_array_equal(read_rows(shared_data / "concrete" / "data.txt", preparation), dataset.x)
    np.savetxt(tmp_path / "fresh.txt", dataset.x[:5], fmt="%.17g", delimiter="\t")
    np.testing.assert_array_equal(read_rows(tmp_path / "fresh.txt", preparation), dataset.x[:5])


def test_check_is_right_about_titanic(shared_data):
    found = checked(shared_data / "titanic" / "train.csv", "Survived", id="PassengerId")
    assert (found["task"], found["classes"]) == ("classification", ["0", "1"])
    assert sum(found["rows"].values()) == 891
    assert found["missing"] == {"Age": 177, "Embarked": 2}
    assert sum("is left out" in text for text in found["warnings"]) == 3


def test_check_is_right_about_house_prices(shared_data):
    found = checked(shared_data / "california-housing" / "housing.csv", "median_house_value")
    assert (found["task"], sum(found["rows"].values())) == ("regression", 20_640)
    assert (found["missing"], found["target_range"]) == ({"total_bedrooms": 207}, [14_999, 500_001])


@pytest.mark.slow
def test_check_is_right_about_incomes(shared_data):
    found = checked(shared_data / "adult", "income")
    assert (found["task"], found["classes"]) == ("classification", ["<=50K", ">50K"])
    assert found["rows"] == {"train": 24_421, "validation": 8_140, "test": 16_281}
    assert found["missing"] == {"workclass": 1836, "occupation": 1843, "native-country": 583}


@pytest.mark.slow
def test_incomes_are_the_same_in_chunks_and_as_parquet(shared_data, tmp_path):
    import pandas as pd

    from zoo.raw.cells import MISSING_CELLS

    path = shared_data / "adult" / "train.csv"
    whole = load_data(path, target="income")
    assert load_data(path, target="income", memory=2**20).source.sha256 == whole.source.sha256
    pd.read_csv(path, na_values=list(MISSING_CELLS), keep_default_na=False).to_parquet(tmp_path / "train.parquet")
    assert load_data(tmp_path / "train.parquet", target="income").source.sha256 == whole.source.sha256


def test_other_scales_are_tried_for_skewed_tables_alone(shared_data):
    housing = load_data(shared_data / "california-housing" / "housing.csv", target="median_house_value")
    assert "piecewise" in plan_space(housing)["numbers"].domain.points()
    assert plan_space(load_data("wine"))["numbers"].domain.points() == ()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_short_study_tells_incomes_apart(shared_data, zoo_command):
    said = zoo_command("tune", shared_data / "adult", "--target", "income", "--trials", 4, "--epochs", 6, "--json")
    answer = json.loads(said.out)
    scores = {baseline["name"]: baseline["test"]["accuracy"] for baseline in answer["baselines"]}
    accuracy = answer["champion"]["test"]["accuracy"]
    assert accuracy >= scores["majority"] + 0.07  # .764 are poor; the least of published results reaches .84
    print(accuracy, scores)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_short_study_foretells_the_strength_of_concrete(shared_data, zoo_command):
    said = zoo_command("tune", shared_data / "concrete", "--trials", 6, "--epochs", 40, "--json")
    answer = json.loads(said.out)
    scores = {baseline["name"]: baseline["test"]["rmse"] for baseline in answer["baselines"]}
    rmse = answer["champion"]["test"]["rmse"]
    assert rmse <= 0.6 * scores["mean"]  # the deviation is 16.7; published networks reach 5 to 6, after far longer
    print(rmse, scores)
