"""Lines of text tables, all of one width, read with the standard library only."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from zoo.errors import BadData
from zoo.raw.dialect import DECLARED, WHITE, Dialect, dialect_of, split_white


@dataclass(frozen=True)
class Line:
    """One row of a table: its cells, its number among the rows of data, and the line of the file it ends on."""

    cells: Sequence[str]
    row: int
    line: int

    @property
    def where(self) -> str:
        """The line's place for an error message."""
        return f"data row {self.row} (line {self.line})"


def lines_of(path: Path, dialect: Dialect | None = None) -> Iterator[Line]:
    """Return the lines of a text table that hold anything; the first is row 0, as a header is. Raises BadData."""
    found = dialect or dialect_of(path)
    try:
        with path.open(encoding=found.encoding, newline="") as file:
            records = _white(file) if found.separator == WHITE else _records(path, file, found.separator)
            filled = ((cells, at) for cells, at in records if len(cells) > 1 or any(cell.strip() for cell in cells))
            for row, (cells, at) in enumerate(filled):
                yield Line(cells, row, at)
    except csv.Error as error:
        raise BadData(f"{path} is not a table ({error}); save it as comma-separated text.") from error


def require_width(path: Path, line: Line, width: int, first: str = "header") -> None:
    """Raise BadData unless the line has as many cells as the first one, which is a header or not."""
    cells = len(line.cells)
    if cells != width:
        what = "1 cell" if cells == 1 else f"{cells} cells"
        raise BadData(
            f"{path}: {line.where} has {what} and the {first} {width}. Correct that line; an unknown cell is empty."
        )


def _white(file: TextIO) -> Iterator[tuple[list[str], int]]:
    for at, line in enumerate(file, 1):
        yield split_white(line), at


def _records(path: Path, file: TextIO, separator: str) -> Iterator[tuple[list[str], int]]:
    """Return cells and the line each record ends on; raise BadData for a quote that is never closed."""
    ended = []

    def lines() -> Iterator[str]:
        first = next(file, "")
        yield "\n" if DECLARED.fullmatch(first) else first
        yield from file
        ended.append(True)

    reader = csv.reader(lines(), delimiter=separator)
    began = 1
    for cells in reader:
        if ended:  # only an open quote asks for more than there is
            raise BadData(f'{path} is not a table (a quote (") opened in line {began} is never closed). Close it.')
        yield cells, reader.line_num
        began = reader.line_num + 1
