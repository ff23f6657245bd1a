"""Markdown of plain texts: whatever a name in the data holds, it is shown and not obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_{}\[\]#|~!])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def words(text: object) -> str:
    """Return a text on one line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()).translate(_ENTITIES))


def code(text: object) -> str:
    """Return a text on one line as code."""
    return f"`{' '.join(str(text).split()).replace('`', chr(39)).replace('|', '/')}`"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are Markdown already."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cut(text: str, longest: int) -> str:
    """Return Markdown of at most `longest` characters, cut between lines; the last line then says so."""
    if len(text) <= longest:
        return text
    note = "\n\n(cut here: MLflow takes no more.)"
    return text[: longest - len(note)].rpartition("\n")[0] + note
