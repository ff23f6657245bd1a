"""Files of plain text: their encoding found, their lines, and what cannot be text refused."""

from __future__ import annotations

import re
from pathlib import Path

from zoo.errors import BadData

UTF8, LATIN1 = "utf-8", "latin-1"
SAMPLE = 65_536  # bytes that tell what a file holds
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MARK = "\ufeff"


def prose_of(path: Path, most: int | None = None) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF8, or LATIN1, which takes every byte.

    With `most`, only so many bytes are read. Raises BadData for NUL bytes, and for what cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(-1 if most is None else most)
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror}). Give the path of a text file.") from error
    if b"\0" in content or content.startswith(_WIDE):
        raise BadData(f"{path} holds NUL bytes: it is no text, or text in UTF-16. Save it as UTF-8.")
    try:
        return content.decode(UTF8).removeprefix(_MARK), UTF8
    except UnicodeDecodeError as error:
        if most is not None and error.end == len(content) and error.reason == "unexpected end of data":
            return content[: error.start].decode(UTF8).removeprefix(_MARK), UTF8
    return content.decode(LATIN1), LATIN1


def lines_in(text: str) -> list[str]:
    """Return the lines of a text, without what ends them; other breaks, as latin-1's 0x85, stand within lines."""
    return re.split(r"\r\n|\n|\r", text.removesuffix("\n").removesuffix("\r"))
