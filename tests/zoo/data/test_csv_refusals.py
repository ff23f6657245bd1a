"""Tables that cannot be learned from: refused in one line."""

import pytest

from zoo.errors import BadValue, UnknownName

from .tables import ROWS, refusal, write


def test_a_missing_file_is_neither_a_file_nor_an_embedded_set():
    assert "neither a file nor an embedded data set" in refusal("missing.csv", kind=UnknownName)


def test_no_target_lists_the_columns(tmp_path):
    message = refusal(write(tmp_path, "age,plan,churn\n" + ROWS), None, BadValue)
    assert message.endswith("Columns: age, plan, churn")


def test_a_target_that_is_no_column_gets_a_near_match_and_the_columns(tmp_path):
    path = write(tmp_path, "age,plan,churn\n" + ROWS)
    message = refusal(path, "chrun", UnknownName)
    assert message == f"no column is named 'chrun' in {path}; did you mean 'churn'? Columns: age, plan, churn"


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


def test_rows_that_are_all_alike_are_refused(tmp_path):
    assert "column 'age' is constant" in refusal(write(tmp_path, "age,churn\n" + "1,a\n" * 5 + "1,b\n" * 5))
