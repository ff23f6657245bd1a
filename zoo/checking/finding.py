"""One thing to know about data before anything is learned from it, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zoo.dataset import Dataset

NOTE, DOUBT, GRAVE = 1, 2, 3  # worth knowing; probably not meant; makes the scores wrong
_WORDS = {NOTE: "note", DOUBT: "doubt", GRAVE: "grave"}
SHOWN = 3  # columns that one line names


@dataclass(frozen=True)
class Finding:
    """What was found, in one line with a count and an example, and how grave it is: NOTE, DOUBT or GRAVE."""

    gravity: int
    text: str

    def to_json(self) -> dict[str, str]:
        """Return the gravity as a word and the text."""
        return {"gravity": _WORDS[self.gravity], "text": self.text}


def by_gravity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, the gravest first and otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: -finding.gravity))


def listed(words: Sequence[str], most: int = SHOWN) -> str:
    """Return words in one line, the first `most` of them, and how many more there are."""
    rest = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + rest


def rows_of(count: int, what: str = "row") -> str:
    """Return a number of rows in words, `1 row` or `1,200 rows`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def row_name(dataset: Dataset, place: int) -> str:
    """Return where a row comes from: its file's name, or its number, from 1, in the part that it was read in.

    `place` counts the rows of x, then those of x_test.
    """
    held = len(dataset.y)
    is_test = place >= held
    names, index = (dataset.names_test, place - held) if is_test else (dataset.names, place)
    if names:
        return names[index]
    return f"test row {index + 1:,}" if is_test else f"row {index + 1:,}"
