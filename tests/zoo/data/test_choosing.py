"""The reader of a path: by what a folder holds, by the file's name, then by its suffix."""

import pytest

from zoo.data import READERS
from zoo.data._choosing import reader_of
from zoo.errors import BadData, BadValue
from zoo.recipe import Source


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("table.csv", "csv"),
        ("table.TSV", "csv"),
        ("data.npz", "npz"),
        ("Beats_TRAIN.tsv", "series"),
        ("Beats_TEST.tsv", "series"),
        ("Beats_train.tsv", "csv"),
    ],
)
def test_a_files_name_beats_its_suffix(tmp_path, name, reader):
    (tmp_path / name).touch()
    assert reader_of(Source(str(tmp_path / name)), READERS) == reader


@pytest.mark.parametrize(
    ("name", "reader"),
    [("train-images-idx3-ubyte.gz", "idx"), ("t10k-labels.idx1-ubyte", "idx"), ("Beats_TRAIN.tsv", "series")],
)
def test_a_folder_is_known_by_the_files_in_it(tmp_path, name, reader):
    (tmp_path / name).touch()
    assert reader_of(Source(str(tmp_path)), READERS) == reader


def test_the_reader_that_is_named_is_taken(tmp_path):
    (tmp_path / "Beats_TRAIN.tsv").touch()
    assert reader_of(Source(str(tmp_path / "Beats_TRAIN.tsv"), reader="csv"), READERS) == "csv"


def test_a_folder_that_no_reader_takes_gets_the_file_in_it_that_one_does(tmp_path):
    (tmp_path / "notes.txt").touch()
    (tmp_path / "table.csv").touch()
    with pytest.raises(BadData, match=r"no reader takes the folder .*\. Give the path of a file, such as .*table\.csv"):
        reader_of(Source(str(tmp_path)), READERS)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((), ": it is empty. Give the path of data."),
        (("notes.doc",), ". Give one of images or recordings in a folder for each class, of texts, of train.csv, or"),
    ],
)
def test_a_folder_of_nothing_known_gets_the_kinds_of_folders_that_most_want(tmp_path, files, words):
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(BadData) as caught:
        reader_of(Source(str(tmp_path)), READERS)
    assert str(caught.value).startswith(f"no reader takes the folder {tmp_path}{words}")


def test_a_file_without_a_suffix_is_called_by_its_name(tmp_path):
    (tmp_path / "notes").touch()
    with pytest.raises(BadData, match=r"no reader takes \S+notes\. Give a table \(\.csv, \.tsv or \.parquet\), arrays"):
        reader_of(Source(str(tmp_path / "notes")), READERS)


@pytest.mark.parametrize(
    ("path", "reader", "kind", "words"),
    [
        (
            "notes.txt",
            None,
            BadData,
            r"no reader takes '.txt' files .* Give a table .* is read as a table with --reader csv\.",
        ),
        ("notes.txt", "wine", BadValue, "reads no files"),
        ("notes.txt", "idx", BadData, "is a file, and the reader 'idx' reads a folder"),
        (".", "npz", BadData, "is a folder, and the reader 'npz' reads files"),
    ],
)
def test_a_path_that_the_reader_does_not_take_is_refused(tmp_path, path, reader, kind, words):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(kind, match=words):
        reader_of(Source(str(tmp_path / path), reader=reader), READERS)


def test_text_in_utf_16_is_called_so(tmp_path):
    (tmp_path / "notes.txt").write_text("pos\ta good one\n", "utf-16")
    with pytest.raises(BadData, match=r"notes\.txt is text in UTF-16; readers of text take UTF-8\. Save it as UTF-8"):
        reader_of(Source(str(tmp_path / "notes.txt")), READERS)
