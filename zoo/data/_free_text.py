"""Tables with nothing to learn from but one column of free text."""

from __future__ import annotations

from collections.abc import Mapping

from zoo.data._columns import Column

WORDS = 3  # of a text on average, at least
DIFFERENT = 0.5  # the share of cells that differ, at least: such texts tell single rows, not groups of rows


def free_text_column(columns: Mapping[str, Column]) -> str | None:
    """Return the name of the one column of free text, where no other has any value; else None."""
    filled = {name: column for name, column in columns.items() if column.filled}
    if len(filled) != 1:
        return None
    ((name, column),) = filled.items()
    if not column.texts or len(column.texts) < DIFFERENT * column.filled:
        return None
    words = sum(text.count(" ") + 1 for text in column.texts) / len(column.texts)
    return name if words >= WORDS else None
