"""Tables with nothing to learn from but one column of free text."""

from __future__ import annotations

from collections.abc import Mapping

from zoo.data._columns import Column
from zoo.data._labelled import are_words
from zoo.preparation.tokenise import in_words

WORDS = 3  # of a text on average, at least
LOOKED_AT = 1000  # texts that tell whether they are words
DIFFERENT = 0.5  # the share of cells that differ, at least: such texts tell single rows, not groups of rows


def free_text_column(columns: Mapping[str, Column]) -> str | None:
    """Return the name of the one column of free text, where no other has any value; else None."""
    filled = {name: column for name, column in columns.items() if column.filled}
    if len(filled) != 1:
        return None
    ((name, column),) = filled.items()
    return name if is_free_text(column) else None


def is_free_text(column: Column) -> bool:
    """Return whether a column holds texts of some words each, most of them different, and more words than numbers."""
    if not column.texts or len(column.texts) < DIFFERENT * column.filled:
        return False
    words = sum(map(in_words, column.texts)) / len(column.texts)
    return words >= WORDS and are_words(column.texts[:: max(1, len(column.texts) // LOOKED_AT)])
