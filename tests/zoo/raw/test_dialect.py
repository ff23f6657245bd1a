"""How a text table is written, found from its first lines."""

import pytest

from zoo.errors import BadData
from zoo.raw.dialect import Dialect, dialect_of, split_white


def found(folder, text, name="rows.csv", **asked):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return dialect_of(path, **asked)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n1,7;3\n", ";"),
        ("a\tb c\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("a   b\n1 \t 2\n", " "),
        ('a,b\n"x; y",2\n"z; u",3\n', ","),
        ("2020-01-01 10:00,5\n2020-01-01 11:00,6\n", ","),
        ("a,b\n1,2\n1,2,3\n", ","),
        ("one\ntwo\n", ","),
        ("", ","),
    ],
)
def test_the_separator_parts_all_lines_alike(tmp_path, text, separator):
    assert found(tmp_path, text).separator == separator


def test_a_tsv_is_parted_by_tabs_and_a_likely_separator_comes_first(tmp_path):
    assert found(tmp_path, "a;b\tc\n1;2\t3\n", "rows.tsv").separator == "\t"
    assert found(tmp_path, "1,2;3\n", likely=",").separator == ","


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("age,town\n1,Rome\n2,Oslo\n", True),
        ("town,plan\nRome,free\nOslo,pro\n", True),
        ("name,2001,2002\nBob,3,4\n", True),
        ("0,1,2\n.5,.6,.7\n", True),
        (",age\n0,1\n", True),
        ("age,age\n1,2\n", True),
        ("1,2\n3,4\n", False),
        ("5.1,3.5,setosa\n4.9,3,virginica\n", False),
        ("39, State-gov, 7, <=50K\n50, Private, 8, <=50K\n38, State-gov, 9, >50K\n", False),
        ("p,x,s\ne,x,s\np,x,y\n", False),
    ],
)
def test_a_header_is_told_from_a_row(tmp_path, text, header):
    assert found(tmp_path, text).header is header


def test_a_line_with_a_name_that_was_asked_for_is_a_header(tmp_path):
    assert found(tmp_path, "1.5,2.5\n3,4\n", names=("2.5",)).header


def test_utf_8_with_or_without_a_mark_is_told_from_latin_1(tmp_path):
    assert found(tmp_path, "\ufeffa,é\n1,2\n") == Dialect(",", "utf-8-sig", True)
    assert found(tmp_path, "a,é\n1,2\n".encode("latin-1")).encoding == "latin-1"
    assert found(tmp_path, ("a,b\n" + "1,2\n" * 300_000 + "é,3\n").encode("latin-1")).encoding == "latin-1"


@pytest.mark.parametrize("text", [b"a,b\n\x00,1\n", "a,b\n1,2\n".encode("utf-16")])
def test_nul_bytes_are_no_text(tmp_path, text):
    with pytest.raises(BadData, match="NUL bytes"):
        found(tmp_path, text)


def test_a_cell_in_quotes_may_hold_white_space():
    assert split_white(' 1 \t"New  York" "a ""b""" x\n') == ["1", "New  York", 'a "b"', "x"]
