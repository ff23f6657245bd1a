"""Texts to predict, from files, tables and folders."""

import pandas as pd
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.preparation.tokenise import Tokenise
from zoo.reading.text import text
from zoo.rows import frame_rows

STEPS = (Tokenise(("a", "b"), 4),)
PLAIN = Preparation((), (), STEPS, "int32", modality="text", facts={"labels": ["ham", "not ham"]})
OF_TABLE = Preparation(("message",), (), STEPS, "int32", modality="text")


@pytest.fixture
def written(tmp_path):
    def write(content, name="neue Texte é.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_each_line_is_a_text_and_a_blank_one_an_empty_text(written):
    rows, names, _ = text(written("first one\n\nthird\r\n"), PLAIN)
    assert (list(rows), names, rows.dtype) == (["first one", "", "third"], (), object)


def test_latin_text_is_read(written):
    assert list(text(written("naïve\n".encode("latin-1")), PLAIN)[0]) == ["naïve"]


@pytest.mark.parametrize("content", ["ham one two\nham three\n", "ham\tone two\nnot ham\tthree\n"])
def test_labels_that_all_lines_start_with_are_left_aside_and_said(written, content):
    rows, _, said = text(written(content), PLAIN)
    assert list(rows) == ["one two", "three"]
    assert "left aside" in said[0]


def test_lines_that_only_sometimes_start_with_a_label_stay_whole(written):
    rows, _, said = text(written("ham one\neggs two\n"), PLAIN)
    assert (list(rows), said) == (["ham one", "eggs two"], ())


@pytest.mark.parametrize(
    "content",
    ['id,message\n1,"hello, you"\n2,there\n', 'message\n"hello, you"\nthere\n', '"hello, you"\nthere\n'],
)
def test_the_column_that_was_learned_from_is_read(written, content):
    assert list(text(written(content, "rows.csv"), OF_TABLE)[0]) == ["hello, you", "there"]


def test_each_text_file_of_a_folder_is_a_text(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text("second\nline\n", "utf-8")
    (tmp_path / "a.txt").write_text("first\n", "utf-8")
    (tmp_path / "c.md").write_text("no text file\n", "utf-8")
    rows, names, _ = text(tmp_path, PLAIN)
    assert (list(rows), names) == (["first", "second\nline"], ("a.txt", "b/two.txt"))


@pytest.mark.parametrize(
    ("content", "name", "preparation", "said"),
    [
        ("", "empty.txt", PLAIN, "holds no text"),
        ("a\0b", "nul.txt", PLAIN, "NUL bytes"),
        ("id,words\n1,hello\n", "rows.csv", OF_TABLE, "message"),
        ("id,message\n", "rows.csv", OF_TABLE, "no rows"),
        ("", "rows.csv", OF_TABLE, "is empty"),
        ("a,b\n1,hello\n", "rows.csv", PLAIN, "has 2 columns"),
        ("id,message\n1,hello\n2\n", "rows.csv", OF_TABLE, "has 1 cell"),
    ],
)
def test_what_holds_no_texts_is_refused(written, content, name, preparation, said):
    with pytest.raises(BadData, match=said):
        text(written(content, name), preparation)


def test_a_folder_without_texts_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(BadData, match=r"holds no \.txt file"):
        text(tmp_path, PLAIN)
    with pytest.raises(BadData, match="does not exist"):
        text(tmp_path / "none.txt", PLAIN)


def test_texts_of_a_data_frame_are_found_by_the_columns_name():
    frame = pd.DataFrame({"id": [1, 2], "message": ["hello", None]})
    assert list(frame_rows(frame, OF_TABLE)) == ["hello", ""]
