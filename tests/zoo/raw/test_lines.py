"""Lines of text tables: those that hold anything, all of one width."""

import pytest

from zoo.errors import BadData
from zoo.raw.lines import lines_of, require_width


def test_lines_are_numbered_as_rows_and_as_lines_of_the_file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('age,plan\n\n1,"two\nlines"\n \n2,\n')
    assert [(list(line.cells), line.row, line.line) for line in lines_of(path)] == [
        (["age", "plan"], 0, 1),
        (["1", "two\nlines"], 1, 4),
        (["2", ""], 2, 6),
    ]


@pytest.mark.parametrize(("text", "cells"), [("1", "1 cell"), ("1,2,3", "3 cells")])
def test_a_line_of_another_width_is_refused(tmp_path, text, cells):
    path = tmp_path / "rows.csv"
    path.write_text(f"1,2\n{text}\n")
    _, line = lines_of(path)
    with pytest.raises(BadData, match=rf"rows\.csv: data row 1 \(line 2\) has {cells} and the first line 2\. Correct"):
        require_width(path, line, 2, "first line")


def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n1,2\n3,"x\n4,5\n')
    with pytest.raises(BadData, match=r'a quote \("\) opened in line 3 is never closed'):
        list(lines_of(path))


def test_white_space_parts_cells_whatever_its_length(tmp_path):
    path = tmp_path / "rows.txt"
    path.write_text("1.5  2 \n\n 3\t4\n")
    assert [line.cells for line in lines_of(path)] == [["1.5", "2"], ["3", "4"]]


@pytest.mark.parametrize("mark", ["sep=;\n", "\ufeffSEP=;\r\n"])
def test_a_first_line_that_declares_the_separator_is_no_row(tmp_path, mark):
    path = tmp_path / "sheet.csv"
    path.write_text(f"{mark}a;b,c\n1;2\n", "utf-8", newline="")
    found = [(list(line.cells), line.row, line.line) for line in lines_of(path)]
    assert found == [(["a", "b,c"], 0, 2), (["1", "2"], 1, 3)]
    path.write_text("sep=;x\n1;2\n", "utf-8")
    assert [list(line.cells) for line in lines_of(path)] == [["sep=", "x"], ["1", "2"]]
