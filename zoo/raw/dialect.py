"""How a text table is written: what parts its cells, in which encoding, and whether its first line names them."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from zoo.errors import BadData
from zoo.raw.cells import category, delimiter, number, one_line
from zoo.raw.numerals import is_numeral

WHITE = " "  # any run of spaces and tabs
SEPARATORS = ("\t", ";", "|", ",", WHITE)  # the rarer in texts, the more a steady count of it tells
NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", WHITE: "white space"}
UTF8, LATIN1 = "utf-8-sig", "latin-1"
SAMPLE = 65_536  # bytes that are looked at
BLOCK = 1 << 20
MOST_ROWS = 200  # of the sample
DECLARED = re.compile(
    r"\ufeff?sep=([;,|\t])\s*", re.IGNORECASE
)  # a first line that only tells spreadsheets how to read
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WORDS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


@dataclass(frozen=True)
class Dialect:
    """One character of SEPARATORS, an encoding as Python names it, and whether the first line is a header."""

    separator: str
    encoding: str
    header: bool


def dialect_of(path: Path, likely: str | None = None, names: Sequence[str] = ()) -> Dialect:
    """Return how the text table at `path` is written; raise BadData for what is no text.

    The separator is the one that parts all lines into as many cells, two at least; `likely` is taken where it does,
    before the others, as is the one that a first line such as `sep=;` declares. A first line with any of `names` in it
    is a header.
    """
    encoding = _encoding(path)
    separator, rows = _sampled(path, encoding, likely)
    if likely and rows and len(rows[0]) == 1 and one_line(rows[0][0]) in names:
        return Dialect(likely, encoding, True)  # of one column, whose decimal commas part no cells
    return Dialect(separator, encoding, _has_header(rows, names))


def sample_of(path: Path) -> list[list[str]]:
    """Return the first rows of a text table, at most MOST_ROWS; raise BadData for NUL bytes among them."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if b"\0" in head:
        raise _no_text(path)
    return _sampled(path, LATIN1, None)[1]


def _sampled(path: Path, encoding: str, likely: str | None) -> tuple[str, list[list[str]]]:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        is_whole = not file.read(1)
    text = head.decode(encoding, "ignore")
    declared = DECLARED.match(text)
    if declared and text[declared.start(1) + 1 : declared.start(1) + 2] in ("", "\r", "\n"):
        text, likely = text[declared.end() :], declared[1]
    separator = _separator(text, is_whole, path.suffix.lower(), likely)
    return separator, _rows(text, separator, is_whole)


def split_white(line: str) -> list[str]:
    """Return the cells of a line between white space; a cell in double quotes may hold some."""
    if '"' not in line:
        return line.split()
    return [word or quoted.replace('""', '"') for quoted, word in _WORDS.findall(line)]


def _encoding(path: Path) -> str:
    """Return UTF8 if all of the file is that, else LATIN1, which takes every byte; raise BadData for NUL bytes."""
    decoder, encoding = codecs.getincrementaldecoder("utf-8")(), UTF8
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b"\0" in block or block.startswith(WIDE_MARKS):
                raise _no_text(path)
            if encoding == UTF8 and not _takes(decoder, block):
                encoding = LATIN1
    return encoding if encoding == LATIN1 or _takes(decoder, b"", final=True) else LATIN1


def _no_text(path: Path) -> BadData:
    return BadData(f"{path} holds NUL bytes: it is no text, or text in UTF-16. Save the table as UTF-8.")


def _takes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str, is_whole: bool, suffix: str, likely: str | None) -> str:
    """Return the separator of a sample, by the widths of its lines."""
    first = [found for found in (likely, "\t" if suffix == ".tsv" else None) if found in SEPARATORS]
    widths = {sign: [len(row) for row in _rows(text, sign, is_whole)] for sign in (*first, *SEPARATORS)}
    steady = (sign for sign, found in widths.items() if found and min(found) == max(found) > 1)
    return next(steady, None) or _commonest(widths) or delimiter(suffix)


def _commonest(widths: dict[str, list[int]]) -> str | None:
    """Return the separator that parts most lines of a ragged table alike, if any parts over half of them."""
    shares = {sign: _share(found) for sign, found in widths.items() if sign != WHITE}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > 0.5 else None


def _share(widths: Sequence[int]) -> float:
    common = max(set(widths), key=widths.count, default=0)
    return widths.count(common) / len(widths) if common > 1 else 0.0


def _rows(text: str, separator: str, is_whole: bool) -> list[list[str]]:
    """Return the rows of a sample that hold anything, at most MOST_ROWS; the last may be cut off, and is left out."""
    rows = [row for row, _ in zip(_parted(StringIO(text, newline=""), separator), range(MOST_ROWS), strict=False)]
    is_cut = not is_whole and len(rows) < MOST_ROWS
    return rows[:-1] if is_cut and len(rows) > 1 else rows


def _parted(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    rows = map(split_white, lines) if separator == WHITE else csv.reader(lines, delimiter=separator)
    try:
        yield from (row for row in rows if len(row) > 1 or any(cell.strip() for cell in row))
    except csv.Error:
        return


def _has_header(rows: Sequence[Sequence[str]], names: Sequence[str]) -> bool:
    """Return whether the first of the rows names columns, rather than being a row like the others.

    It does not where all its cells are numbers (but for 0, 1, 2 ... , as data frames write), where any is a fraction
    or negative, and where half of its texts come again below them.
    """
    if not rows:
        return True
    first, others = [one_line(cell) for cell in rows[0]], rows[1:]
    counted = first[1:] if first[0] == "" else first  # behind the place of an index
    if set(first) & set(names) or counted == [str(place) for place in range(len(counted))]:
        return True
    texts = [place for place, cell in enumerate(first) if not is_numeral(cell)]
    numbers = [number(cell) for place, cell in enumerate(first) if place not in texts]
    if not texts or any(value is None or value < 0 or value % 1 for value in numbers if value == value):
        return not texts and all(value is not None and value != value for value in numbers)
    below = [{category(row[place]) for row in others if place < len(row)} for place in texts]
    again = sum(category(first[place]) in cells for place, cells in zip(texts, below, strict=True))
    return 2 * again < len(texts)
