"""Text files and their encodings."""

import pytest

from zoo.errors import BadData
from zoo.raw.prose import LATIN1, UTF8, lines_in, prose_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("naïve 日本".encode(), ("naïve 日本", UTF8)),
        ("naïve".encode("latin-1"), ("naïve", LATIN1)),
        (b"\xef\xbb\xbfmarked", ("marked", UTF8)),
        (b"", ("", UTF8)),
    ],
)
def test_a_file_is_read_in_its_encoding(tmp_path, content, expected):
    path = tmp_path / "ein Text é.txt"
    path.write_bytes(content)
    assert prose_of(path) == expected


@pytest.mark.parametrize("content", [b"a\0b", "text".encode("utf-16")])
def test_nul_bytes_are_no_text(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(BadData, match="NUL bytes"):
        prose_of(path)


def test_a_character_that_the_sample_cuts_does_not_make_it_latin(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("aé".encode())
    assert prose_of(path, 2) == ("a", UTF8)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        prose_of(tmp_path / "none.txt")


def test_lines_end_as_systems_end_them_and_nowhere_else():
    assert lines_in("a\r\nb\x85c\u2028d\n\ne\rf\n") == ["a", "b\x85c\u2028d", "", "e", "f"]
