"""The CSV reader: tables of numbers and text in, one-line refusals for everything else."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData, BadValue, UnknownName, ZooError
from zoo.plans import fit_preparation
from zoo.rows import read_rows

ROWS = "1,2.5,a\n2,,b\n3,4.5,a\n4,5.5,b\n5,6.5,a\n6,7.5,b\n"


def write(folder: Path, text: str | bytes, name: str = "churn.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path | str, target: str | None = "churn", kind: type[ZooError] = BadData) -> str:
    with pytest.raises(kind) as caught:
        load_data(path, target=target)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_table_with_a_missing_cell_keeps_it_as_nan_counts_it_and_says_so(tmp_path):
    dataset = load_data(write(tmp_path, "age,plan,churn\n" + ROWS), target="churn")
    np.testing.assert_array_equal(dataset.x[:2], [[1, 2.5], [2, np.nan]])
    assert (dataset.columns, dataset.classes, dataset.missing) == (("age", "plan"), ("a", "b"), {"plan": 1})
    assert dataset.y.tolist() == [0, 1, 0, 1, 0, 1]
    assert dataset.y.dtype == np.int32
    assert "1 missing cell (plan)" in dataset.warnings[0]


def test_the_target_may_stand_anywhere_and_tabs_separate_a_tsv(tmp_path):
    text = "churn\tage\n" + "a\t1\nb\t2\n" * 3
    dataset = load_data(write(tmp_path, text, "churn.tsv"), target="churn")
    assert dataset.x.ravel().tolist() == [1, 2] * 3


def test_a_byte_order_mark_and_spaces_around_names_are_no_part_of_a_name(tmp_path):
    dataset = load_data(write(tmp_path, b"\xef\xbb\xbfage, churn\n" + b"1,a\n2,b\n" * 3), target="churn")
    assert dataset.columns == ("age",)


def test_a_path_with_spaces_and_accents_is_read_and_kept_as_given(tmp_path):
    path = write(tmp_path, "age,plan,churn\n" + ROWS, "données été.csv")
    dataset = load_data(str(path), target="churn")
    assert (dataset.name, dataset.source.path, dataset.source.target) == ("données été", str(path), "churn")


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (("10", "9", "2"), ("2", "9", "10")),
        (("1.0", "0.0", "1.0"), ("0", "1")),
        (("True", "False", "True"), ("False", "True")),
        (("b", "a", "10"), ("10", "a", "b")),
    ],
)
def test_classes_are_sorted_as_numbers_where_they_are_numbers_and_shown_without_fraction(tmp_path, cells, classes):
    rows = "".join(f"{index},{cell}\n" for index, cell in enumerate(cells * 4))
    dataset = load_data(write(tmp_path, "age,churn\n" + rows), target="churn")
    assert dataset.classes == classes
    assert [dataset.classes[index] for index in dataset.y[:3]] == [cell.removesuffix(".0") for cell in cells]


def test_names_of_columns_and_classes_are_kept_on_one_line(tmp_path):
    text = '"monthly\nplan", churn\n' + '1,"not\nyet"\n2, gone \n' * 3
    dataset = load_data(write(tmp_path, text), target="churn")
    assert (dataset.columns, dataset.classes) == (("monthly plan",), ("gone", "not yet"))


@pytest.mark.parametrize("cell", ["True", "false", "NA", "?", " ", "None"])
def test_truth_values_and_the_usual_gaps_are_numbers_even_among_digits(tmp_path, cell):
    text = f"age,churn\n{cell},a\n" + "1,a\n2,b\n" * 3
    value = load_data(write(tmp_path, text), target="churn").x[0, 0]
    expected = {"True": 1.0, "false": 0.0}.get(cell, np.nan)
    np.testing.assert_array_equal(value, expected)


def test_a_data_frame_is_read_as_its_file_is(tmp_path):
    import pandas as pd

    path = write(tmp_path, "age,plan,churn\n" + ROWS)
    from_frame, from_file = load_data(pd.read_csv(path), target="churn"), load_data(path, target="churn")
    assert from_frame.source.sha256 == from_file.source.sha256


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


def test_a_column_of_text_becomes_places_among_its_texts(tmp_path):
    text = "town,age,churn\n" + "Rome,1,a\n Oslo ,2,b\n?,3,a\n" * 3
    dataset = load_data(write(tmp_path, text), target="churn")
    assert dict(dataset.categories) == {"town": ("Oslo", "Rome")}
    np.testing.assert_array_equal(dataset.x[:3], [[1, 1], [0, 2], [np.nan, 3]])
    assert (dataset.columns, dataset.missing) == (("town", "age"), {"town": 3})
    assert dataset.warnings == ("3 missing cells (town): missing is a category of its own",)


def test_a_column_of_text_and_many_numbers_is_text_throughout(tmp_path):
    text = "door,churn\n" + "1,a\n2,b\n3b,a\n1.0,b\n" * 3
    assert dict(load_data(write(tmp_path, text), target="churn").categories) == {"door": ("1", "2", "3b")}


def test_columns_that_tell_nothing_are_left_out_aloud(tmp_path):
    rows = "".join(f"name {index},,{index % 3},{'ab'[index % 2]}\n" for index in range(30))
    dataset = load_data(write(tmp_path, "name,gap,age,churn\n" + rows), target="churn")
    assert dataset.columns == ("age",)
    assert dataset.warnings == (
        "column 'name' is left out: its 30 different texts in 30 filled cells name single rows",
        "column 'gap' is left out: no row has a value in it",
    )


def test_a_column_that_numbers_the_rows_is_warned_of(tmp_path):
    rows = "".join(f"{index + 7},{index % 3},{'ab'[index % 2]}\n" for index in range(30))
    told = "column 'id' numbers the rows: --ignore id leaves it out (ignore=) unless their order matters"
    path = write(tmp_path, "id,age,churn\n" + rows)
    assert load_data(path, target="churn").warnings == (told,)
    assert told in load_data(path, target="churn", rows=25).warnings


def test_more_texts_than_are_told_apart_are_warned_of(tmp_path):
    rows = "".join(f"town {index % 60},{'ab'[index % 2]}\n" for index in range(180))
    dataset = load_data(write(tmp_path, "town,churn\n" + rows), target="churn")
    assert dataset.warnings == ("column 'town' has 60 different texts: the 50 most frequent are told apart",)


def test_a_missing_file_is_neither_a_file_nor_an_embedded_set():
    assert "neither a file nor an embedded data set" in refusal("missing.csv", kind=UnknownName)


def test_no_target_lists_the_columns(tmp_path):
    message = refusal(write(tmp_path, "age,plan,churn\n" + ROWS), None, BadValue)
    assert message.endswith("Columns: age, plan, churn")


def test_a_target_that_is_no_column_gets_a_near_match_and_the_columns(tmp_path):
    path = write(tmp_path, "age,plan,churn\n" + ROWS)
    message = refusal(path, "chrun", UnknownName)
    assert message == f"no column is named 'chrun' in {path}; did you mean 'churn'? Columns: age, plan, churn"


def test_a_folder_of_a_training_and_a_test_table_keeps_both(tmp_path):
    write(tmp_path, "town,age,churn\n" + "Rome,1,a\nOslo,2,b\n" * 3, "train.csv")
    write(tmp_path, "churn,age,town\nb,5,Oslo\na,,Bonn\nb,7,\n", "test.csv")
    dataset = load_data(tmp_path, target="churn")
    np.testing.assert_array_equal(dataset.x_test, [[0, 5], [-1, np.nan], [np.nan, 7]])
    assert (dataset.name, len(dataset.x), dataset.y_test.tolist()) == (tmp_path.name, 6, [1, 0, 1])


def test_a_folder_may_hold_a_training_table_alone(tmp_path):
    write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "train.csv")
    assert load_data(tmp_path, target="churn").x_test is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age\n1\n", "test.csv has no column 'churn' to be tested by. Give the path of"),
        ("years,churn\n1,a\n", "test.csv has no column 'age'"),
        ("age,churn\nold,a\n", "test.csv: column 'age' holds text ('old') in data row 1"),
        ("age,churn\n1,c\n", "test.csv: column 'churn' holds 'c', which is none of the 2 classes a, b"),
        ("age,churn\n1,\n", "test.csv: column 'churn' is missing in 1 of 1 rows"),
        ("age,churn\n", "test.csv holds no rows"),
        ("age,age,churn\n1,1,a\n", "two columns are named 'age'"),
    ],
)
def test_a_test_table_that_does_not_fit_is_refused_in_one_line(tmp_path, text, words):
    write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "train.csv")
    write(tmp_path, text, "test.csv")
    assert words in refusal(tmp_path)


TWO = "1,a\n2,b\n" * 3
TEN = "1,a\n2,b\n" * 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("age,churn\n", "no rows below its header"),
        ("churn\na\nb\n", "no column but the target 'churn'"),
        ("age,churn\n" + "1,a\n" * 6, "all 6 rows are of one class, 'a'"),
        ("age,churn\n" + TWO + "3,c\n", "class 'c' has 1 row;"),
        ("age,churn\n1,a\n2,b\n3,c\n", "class 'a' has 1 row (3 classes are that small)"),
        ("age,churn\n" + TWO + "3,\n4,?\n", "column 'churn' is missing in 2 of 8 rows"),
        ("gap,churn\n" + ",a\nNA,b\n" * 3, "column 'gap' tells nothing (no row has a value in it)"),
        ('age,churn\n1,a\n"x\ny",b\n' + TEN, "holds text ('x\\ny' in data row 2) among numbers"),
        ("age,churn\n1_000,a\n" + TEN, "column 'age' holds text ('1_000' in data row 1) among numbers"),
        ("age,churn\nx,a\n?,a\ny,a\n" + TEN * 3, "('x' in data row 1, as 2 of its 32 filled cells do) among numbers"),
        (
            "age,churn\n" + "".join(f"1,{n}.5\n" for n in range(30)) + "1,?0.2\n",
            "'churn' holds text ('?0.2' in data row",
        ),
        ("age,churn\n" + "1,0.5\n" * 12, "the target is 0.5 in all 12 rows"),
        ("age,churn\n1,0.5\n2,0.7\n", "has 2 rows; learning a quantity needs 10"),
        ("age,churn\n1,a\ninf,b\n" + TWO, "column 'age' is inf in data row 2 (1 such cell)"),
        ("age,age,churn\n" + "1,2,a\n", "two columns are named 'age'"),
        (",age,churn\n" + "0,1,a\n0,2,b\n", "column 1 has no name"),
        ("age,,churn\n" + "1,0,a\n2,1,b\n", "column 2 has no name"),
        ("age,churn\n1,a\n1,2,b\n", "data row 2 (line 3) has 3 cells and the header 2. Correct"),
        ("age,churn\n" + "1,2,a\n" * 6, "data row 1 (line 2) has 3 cells and the header 2"),
        ("age,churn\n1,a\n\n2\n" + TWO, "data row 2 (line 4) has 1 cell and the header 2"),
        ('age,churn\n1,"a\n2,b\n', "not a table"),
        (b"\xff\xfea\x00g\x00e\x00", "holds NUL bytes: it is no text, or text in UTF-16. Save the table as UTF-8"),
        (b"age,churn\n1,a\n\x00,b\n", "holds NUL bytes"),
    ],
)
def test_a_file_that_cannot_be_learned_from_is_refused_in_one_line(tmp_path, text, words):
    path = write(tmp_path, text)
    message = refusal(path)
    assert words in message
    assert str(path) in message


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


@pytest.mark.parametrize("count", [5, 30])
def test_a_column_of_numbers_with_signs_is_warned_of_learned_or_left_out(tmp_path, count):
    rows = "".join(f"${index % count + 10},{index % 7},{'ab'[index % 2]}\n" for index in range(30))
    (warning,) = load_data(write(tmp_path, "price,age,churn\n" + rows), target="churn").warnings
    assert "column 'price'" in warning
    assert "holds text such as '$10': if these are numbers, write them plainly" in warning
    assert ("is left out" in warning) == (count == 30)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("1", "column 'a' is constant: it tells nothing, and there is no other column"),
        ("1,x", "column 'a' is constant: it tells nothing, nor does any other column"),
    ],
)
def test_a_table_whose_columns_are_all_constant_is_refused(tmp_path, columns, words):
    names = ",".join("ab"[: columns.count(",") + 1])
    assert words in refusal(write(tmp_path, f"{names},churn\n" + f"{columns},p\n{columns},q\n" * 4))


def test_a_constant_column_with_gaps_tells_where_these_are(tmp_path):
    assert load_data(write(tmp_path, "age,churn\n" + "1,a\n,b\n" * 4), target="churn").columns == ("age",)


def test_empty_lines_are_no_short_rows(tmp_path):
    dataset = load_data(write(tmp_path, "age,churn\n\n" + "1,a\n \n2,b\n" * 4 + "\n\n"), target="churn")
    assert len(dataset.x) == 8


@pytest.mark.parametrize("sign", [";", "\t", "|", "  "])
def test_the_sign_between_cells_is_found_and_said_where_it_is_no_comma(tmp_path, sign):
    text = "age,churn\n" + "1,a\n2,b\n" * 3
    dataset = load_data(write(tmp_path, text.replace(",", sign)), target="churn")
    assert (dataset.columns, dataset.x.ravel().tolist()) == (("age",), [1, 2] * 3)
    assert dataset.warnings[0].startswith("churn.csv: cells are parted by")
    assert dict(dataset.facts) == {"separator": sign[0]}


def test_decimal_commas_among_other_texts_are_text_with_the_cure(tmp_path):
    rows = "".join(
        f"{f'1,{index % 5}' if index % 4 else 'about 1'};{index % 3};{'ab'[index % 2]}\n" for index in range(30)
    )
    (_, warning) = load_data(write(tmp_path, "price;age;churn\n" + rows), target="churn").warnings
    assert "column 'price' holds text such as '1,0': if these are numbers, write them plainly" in warning


def test_text_that_is_not_utf_8_is_read_as_latin_1_and_said_so(tmp_path):
    text = "town,churn\n" + "Köln,a\nRome,b\n" * 3
    dataset = load_data(write(tmp_path, text.encode("latin-1")), target="churn")
    assert dataset.categories["town"] == ("Köln", "Rome")
    assert dataset.warnings == ("churn.csv: the text is not UTF-8: read as latin-1",)


@pytest.mark.parametrize("target", ["2", "x2", "-1"])
def test_a_table_without_a_header_has_its_columns_named_and_its_target_by_name_or_place(tmp_path, target):
    dataset = load_data(write(tmp_path, "1.5,3,a\n2.5,4,b\n" * 3, "flowers.data"), target=target)
    assert (dataset.columns, dataset.classes, dataset.source.target) == (("x0", "x1"), ("a", "b"), "x2")
    assert dataset.warnings == ("flowers.data: there is no header: columns are named x0 to x2",)
    assert len(dataset.x) == 6


@pytest.mark.parametrize("target", ["7", "y"])
def test_a_place_or_name_that_no_column_has_is_refused_without_a_header_too(tmp_path, target):
    assert "no column is named" in refusal(write(tmp_path, "1.5,a\n2.5,b\n" * 3), target, UnknownName)


def test_a_txt_file_of_cells_is_a_table(tmp_path):
    dataset = load_data(write(tmp_path, "age churn\n" + "1 a\n2 b\n" * 3, "people.txt"), target="churn")
    assert (dataset.columns, len(dataset.x)) == (("age",), 6)


def test_columns_without_a_name_that_are_nearly_empty_are_left_out_aloud(tmp_path):
    rows = "".join(f"{index % 7},{'ab'[index % 2]},,{'x' if index == 3 else ''}\n" for index in range(30))
    dataset = load_data(write(tmp_path, "age,churn,,\n" + rows), target="churn")
    assert dataset.columns == ("age",)
    assert dataset.warnings == (
        "column 3 is left out: it has no name, and 0 of 30 cells filled",
        "column 4 is left out: it has no name, and 1 of 30 cells filled",
    )


@pytest.mark.parametrize("first", [range(30), range(1, 31), [row * 7 % 31 for row in range(1, 31)]])
def test_an_index_without_a_name_is_left_out_aloud_and_where_rows_are_predicted_too(tmp_path, first):
    frame = pd.DataFrame({"age": [row % 7 for row in range(30)], "churn": ["a", "b"] * 15}, index=first)
    frame.to_csv(tmp_path / "churn.csv")
    dataset = load_data(tmp_path / "churn.csv", target="churn")
    assert dataset.warnings[0] == "column 1 has no name and numbers the rows: left out"
    assert dataset.x.ravel().tolist() == frame["age"].tolist()
    preparation = fit_preparation(dataset, dataset.x)
    frame[["age"]].to_csv(tmp_path / "new.csv")
    np.testing.assert_array_equal(read_rows(tmp_path / "new.csv", preparation), dataset.x)
    np.testing.assert_array_equal(read_rows(tmp_path / "churn.csv", preparation), dataset.x)


def test_an_index_beside_columns_that_are_numbered_is_known_as_one(tmp_path):
    frame = pd.DataFrame([[row % 7, row % 5, row % 2] for row in range(30)])
    frame.to_csv(tmp_path / "churn.csv")
    dataset = load_data(tmp_path / "churn.csv", target="2")
    assert dataset.columns == ("0", "1")
    np.testing.assert_array_equal(dataset.x, frame[[0, 1]])


def test_a_test_table_may_have_another_index(tmp_path):
    frame = pd.DataFrame({"age": [row % 7 for row in range(40)], "churn": ["a", "b"] * 20})
    frame[:30].to_csv(tmp_path / "train.csv")
    frame[30:].to_csv(tmp_path / "test.csv")
    dataset = load_data(tmp_path, target="churn")
    assert dataset.x_test.ravel().tolist() == frame["age"][30:].tolist()


def test_a_file_named_train_brings_its_test_file_along(tmp_path):
    path = write(tmp_path, "age,churn\n" + "1,a\n2,b\n" * 3, "churn_train.csv")
    write(tmp_path, "age,churn\n5,a\n", "churn_test.csv")
    dataset = load_data(path, target="churn")
    assert dataset.x_test.tolist() == [[5]]
    assert "test rows are those of churn_test.csv" in dataset.warnings


def test_a_test_file_without_a_header_has_its_columns_by_place(tmp_path):
    write(tmp_path, "1.5,3,a\n2.5,4,b\n" * 3, "train.csv")
    write(tmp_path, "9.5,8,a\n9.5,7,b\n", "test.csv")
    dataset = load_data(tmp_path, target="2")
    assert (dataset.x_test.tolist(), dataset.y_test.tolist()) == ([[9.5, 8], [9.5, 7]], [0, 1])


def test_ten_thousand_texts_are_one_column_with_most_of_them_rare(tmp_path):
    rows = "".join(f"t{index % 10_000},{'ab'[index % 2]}\n" for index in range(20_000))
    dataset = load_data(write(tmp_path, "town,churn\n" + rows), target="churn")
    assert len(dataset.categories["town"]) == 10_000
    assert "column 'town' has 10,000 different texts" in dataset.warnings[0]


def test_rows_that_are_all_alike_are_refused(tmp_path):
    assert "column 'age' is constant" in refusal(write(tmp_path, "age,churn\n" + "1,a\n" * 5 + "1,b\n" * 5))


def test_test_rows_that_are_no_later_than_those_to_learn_from_are_said_aloud(tmp_path):
    write(tmp_path, "age,t,churn\n" + "".join(f"{row * row},{row},{'ab'[row % 2]}\n" for row in range(30)), "train.csv")
    write(tmp_path, "age,t,churn\n1,29,a\n2,30,b\n", "test.csv")
    told = "1 of 2 test rows are no later than the last row to learn from, by 't': they do not test what comes next"
    assert told in load_data(tmp_path, target="churn", time="t").warnings
