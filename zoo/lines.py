"""Lines of text tables, all of one width, read with the standard library only."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zoo.cells import delimiter
from zoo.errors import BadData


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


def lines_of(path: Path) -> Iterator[Line]:
    """Return the lines of a text table that hold anything; the first is row 0, as a header is. Raises BadData."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter(path.suffix))
            filled = (cells for cells in reader if len(cells) > 1 or any(cell.strip() for cell in cells))
            for row, cells in enumerate(filled):
                yield Line(cells, row, reader.line_num)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise BadData(f"{path} is not UTF-8 text (it holds byte 0x{byte:02x}). Save it as UTF-8.") from error
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
