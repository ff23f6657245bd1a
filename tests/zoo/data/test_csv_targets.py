"""The target of a table: classes or a quantity, by a rule whose doubts are said aloud, or by the task."""

import numpy as np
import pytest

from zoo.data import load_data
from zoo.errors import ZooError

from .tables import refusal, write


def test_many_whole_numbers_as_target_are_classes_with_a_doubt_said_aloud(tmp_path):
    rows = "".join(f"{index % 9},{index % 21}\n" for index in range(21 * 20))
    dataset = load_data(write(tmp_path, "age,churn\n" + rows), target="churn")
    assert (len(dataset.classes), dataset.kind) == (21, "classification")
    assert dataset.warnings == (
        "'churn' holds 21 different whole numbers: learned as classes; "
        "--task regression (task=) learns it as a quantity",
    )


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        ([index / 2 for index in range(30)], ()),
        ([0.5, 1.5] * 15, ()),
        (range(30), ()),
        (
            [*range(30)] * 4,
            (
                "'churn' holds 30 different whole numbers: learned as a quantity; "
                "--task classification (task=) learns it as classes",
            ),
        ),
        (range(1000, 1200), ()),
    ],
)
def test_fractions_and_many_distinct_numbers_are_quantities_with_a_doubt_said_aloud(tmp_path, values, warnings):
    rows = "".join(f"{index % 9},{value}\n" for index, value in enumerate(values))
    dataset = load_data(write(tmp_path, "age,churn\n" + rows), target="churn")
    assert (dataset.kind, dataset.classes, dataset.y.dtype) == ("regression", (), np.float64)
    assert dataset.y.tolist() == list(values)
    assert dataset.warnings == warnings


def table(folder, y, name="churn.csv"):
    """Return the path of a table of a telling column and `y`."""
    rows = "".join(f"{index % 7},{value}\n" for index, value in enumerate(y))
    return write(folder, "age,churn\n" + rows, name)


@pytest.mark.parametrize("y", [[1, 2, 3, 4, 5] * 6, [2000, 2004, 2008, 2012, 2016, 2024] * 6])
def test_whole_numbers_that_may_be_ratings_or_years_are_classes_with_a_doubt_said_aloud(tmp_path, y):
    told = (
        f"'churn' holds {len(set(y))} different whole numbers: learned as classes; --task regression (task=) learns it"
    )
    (warning,) = load_data(table(tmp_path, y), target="churn").warnings
    assert warning.startswith(told)


@pytest.mark.parametrize("y", [[0, 1] * 12, [1, 2, 3, 4] * 6, [1, 7, 40, 41, 900] * 6, [*"abcde"] * 6])
def test_codes_of_few_or_uneven_classes_raise_no_doubt(tmp_path, y):
    assert load_data(table(tmp_path, y), target="churn").warnings == ()


def test_a_task_overrules_the_rule_silently_and_is_kept_in_the_source(tmp_path):
    path = table(tmp_path, [1, 2, 3, 4, 5] * 6)
    dataset = load_data(path, target="churn", task="regression")
    assert (dataset.kind, dataset.y[:5].tolist(), dataset.warnings) == ("regression", [1, 2, 3, 4, 5], ())
    assert dataset.source.task == "regression"
    codes = load_data(table(tmp_path, [*range(30)] * 4), target="churn", task="classification")
    assert (len(codes.classes), codes.warnings) == (30, ())


def test_a_task_holds_for_the_test_table_too(tmp_path):
    table(tmp_path, [1, 2, 3] * 6, "train.csv")
    table(tmp_path, [9, 2], "test.csv")
    assert load_data(tmp_path, target="churn", task="regression").y_test.tolist() == [9, 2]


@pytest.mark.parametrize(
    ("y", "task", "words"),
    [
        (["a", "b"] * 9, "regression", "column 'churn' holds 'a'; the target is a quantity, so it must be numbers"),
        ([0.5, 1.5] * 9, "classification", "column 'churn' holds fractions such as 0.5; classes are whole numbers or"),
        (range(30), "classification", "30 different numbers in 30 rows; classes need 3 rows each"),
        ([1, 2] * 9, "ranking", "task is 'ranking'; it must be classification or regression"),
    ],
)
def test_a_task_that_does_not_fit_is_refused(tmp_path, y, task, words):
    with pytest.raises(ZooError) as caught:
        load_data(table(tmp_path, y), target="churn", task=task)
    assert words in str(caught.value)


@pytest.mark.parametrize("written", ["${}", '"{},14 €"', "{}%", "€ {}.50", '"1.{}00,5"'])
def test_a_target_of_numbers_with_signs_is_refused_with_the_cure(tmp_path, written):
    message = refusal(table(tmp_path, [written.format(index + 10) for index in range(30)]))
    example = written.strip('"').format(10)
    assert f"'churn' holds text such as '{example}'; if these are numbers, write them plainly (12, 1.14)" in message


def test_a_few_repeated_shares_as_text_are_classes_with_a_doubt_said_aloud(tmp_path):
    path = table(tmp_path, ["5%", "10%"] * 9)
    dataset = load_data(path, target="churn")
    assert dataset.classes == ("10%", "5%")
    told = "'churn' holds text such as '10%': learned as classes; if these are numbers, write them plainly (12, 1.14)"
    assert dataset.warnings == (told,)
    assert load_data(path, target="churn", task="classification").warnings == ()
