"""Lines that start with a label: which they are, and what their labels and texts are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zoo.errors import BadData
from zoo.raw.cells import MISSING_CELLS, number, one_line, quoted
from zoo.raw.prose import LATIN1, SAMPLE, lines_in, prose_of

LONGEST, WORDS = 64, 4  # characters and words of a label, at most
FREE = 3  # words of a text where all have as many, at least
SHARE = 0.5  # of different labels among the lines, at most
_LABEL = re.compile(r"[\w:.+#@/&-]+")
_WORD, _NUMBER = re.compile(r"[^\W\d_]{2,}"), re.compile(r"[\d.,:eE+-]*\d[\d.,:eE+-]*")


@dataclass(frozen=True)
class Lines:
    """The labels and the texts of a file, line by line, and what is to be said about them."""

    labels: list[str]
    texts: list[str]
    notes: tuple[str, ...] = ()


def are_labelled(path: Path) -> bool:
    """Return whether the first lines of a file start with labels that come again, and go on in words."""
    try:
        text, _ = prose_of(path, SAMPLE)
    except BadData:
        return False
    lines = [line for line in lines_in(text) if line.strip()]
    lines = lines[:-1] if path.stat().st_size > SAMPLE and len(lines) > 1 else lines  # the last is cut off
    sign = _sign(lines)
    parts = [_parted(line, sign) for line in lines]
    labels, texts = [label for label, _ in parts], [text for _, text in parts]
    if not all(map(_may_be_label, labels)) or len(lines) < 2 or len(set(labels)) > max(1, SHARE * len(labels)):
        return False
    widths = {len(text.split()) for text in texts}
    least = FREE if sign == "\t" else math.inf  # cells behind a tab that hold so many words are texts
    return are_words(texts) and (len(texts) < 4 or len(widths) > 1 or min(widths) >= least)  # rows of a table are alike


def _may_be_label(label: str) -> bool:
    words = label.split()
    return 0 < len(words) <= WORDS and all(map(_LABEL.fullmatch, words))


def labelled_lines(path: Path) -> Lines:
    """Return the labels and texts of a file; a tab or else a space ends a label, and blank lines do not count.

    Raises BadData for a line without a label, for one without a text whose label no other has, and for a file that
    holds nothing.
    """
    text, encoding = prose_of(path)
    lines = [(place, line) for place, line in enumerate(lines_in(text), 1) if line.strip()]
    if not lines:
        raise BadData(f"{path} is empty; each line must hold a label and a text. Write some.")
    sign = _sign([line for _, line in lines])
    parts = [_parted(line, sign) for _, line in lines]
    labels = ["" if label in MISSING_CELLS else label for label, _ in parts]
    _require_labels(path, [place for place, _ in lines], labels, sign)
    notes = (f"{path.name} is read as latin-1: it is no UTF-8",) if encoding == LATIN1 else ()
    return Lines(labels, [text for _, text in parts], notes)


def _sign(lines: Sequence[str]) -> str:
    """Return what ends a label: a tab, where at least half of the lines have one early."""
    return "\t" if 2 * sum("\t" in line[: LONGEST + 1] for line in lines) >= len(lines) else " "


def _parted(line: str, sign: str) -> tuple[str, str]:
    """Return the label and the text of a line; no label where there is none, or no tab that ends it."""
    label, found, text = line.partition("\t") if sign == "\t" else _at_space(line)
    return (one_line(label), text.strip()) if found or sign == " " else ("", line)


def _at_space(line: str) -> tuple[str, str, str]:
    if line[:1] in (" ", "\t"):
        return "", " ", line
    label, found, text = line.replace("\t", " ", 1).partition(" ")
    return label, found, text


def _require_labels(path: Path, places: Sequence[int], labels: Sequence[str], sign: str) -> None:
    """Raise BadData where a label is missing, or alone among labels that come again."""
    where = "a tab ends it" if sign == "\t" else "a space ends it"
    if "" in labels:
        missing = places[labels.index("")]
        many = f" ({labels.count(''):,} such lines)" if labels.count("") > 1 else ""
        raise BadData(f"{path}: line {missing} has no label{many}; each line starts with one, and {where}. Add it.")
    counts = Counter(labels)
    repeated = [label for label, count in counts.items() if count > 1]
    alone = [label for label, count in counts.items() if count == 1 and number(label) is None]
    if alone and (len(repeated) >= 2 or len(alone) > SHARE * len(labels)):
        place = places[labels.index(alone[0])]
        raise BadData(
            f"{path}: line {place} starts with {quoted(alone[0])}, which no other line does; each line starts with "
            f"its label, and {where}. Add the label, or more lines of that class."
        )


def are_words(texts: Sequence[str]) -> bool:
    """Return whether texts are written in words rather than numbers."""
    parts = [part for text in texts for part in text.split()]
    words, numbers = (sum(map(bool, map(found, parts))) for found in (_WORD.search, _NUMBER.fullmatch))
    return words > numbers
