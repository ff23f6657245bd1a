"""Raw rows to predict out of text tables, read with the standard library and NumPy only."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from zoo.cells import category, delimiter, number, one_line, quoted
from zoo.errors import BadData
from zoo.preparation import Preparation

UNSEEN = -1.0  # the place of a text that was not there when the model was trained


@dataclass(frozen=True)
class _Line:
    """One row of a table: its cells, its number among the rows of data, and the line of the file it ends on."""

    cells: Sequence[str]
    row: int
    line: int


def table_rows(path: Path, preparation: Preparation) -> np.ndarray:
    """Return the rows (n, columns) of a text table in float64 as `preparation.apply` takes them; raise BadData."""
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise BadData(f"{path} is empty; it must hold rows to predict.")
    has_header = _is_header(first.cells, preparation.columns)
    places = _places(path, first.cells, preparation, has_header)
    readers = cell_readers(preparation)
    held = lines if has_header else _chained(first, lines)
    rows = [_numbers(path, line, first.cells, places, readers) for line in held]
    if not rows:
        raise BadData(f"{path} has a header and no rows; add rows to predict.")
    return np.asarray(rows, np.float64)


def cell_readers(preparation: Preparation) -> list[Callable[[str], float | None]]:
    """Return for each cell of a raw row what reads its text: NaN is a missing cell, None a text among numbers."""
    if not preparation.categories:
        return [number] * math.prod(preparation.raw_shape)
    texts = preparation.categories
    return [place_in(texts[column]) if column in texts else number for column in preparation.columns]


def place_in(texts: Sequence[str]) -> Callable[[str], float]:
    """Return what gives a cell's place in `texts`, NaN for a missing cell, UNSEEN for a text that is not there."""
    places = {text: float(place) for place, text in enumerate(texts)}

    def place(cell: str) -> float:
        text = category(cell)
        return math.nan if text is None else places.get(text, UNSEEN)

    return place


def place_of(where: Path | str, column: str, names: Sequence[str]) -> int:
    """Return where among `names` the one column of this name stands; raise BadData with the nearest one."""
    count = names.count(column)
    if count == 1:
        return names.index(column)
    if count:
        raise BadData(f"{where} has {count} columns named '{column}'; names must differ. Rename one.")
    near = get_close_matches(column, names, n=1, cutoff=0.5)
    hint = f" '{near[0]}' looks like it: rename it." if near else " Add it; leave its cells empty where unknown."
    raise BadData(f"{where} has no column '{column}', which the model was trained on.{hint}")


def _lines(path: Path) -> Iterator[_Line]:
    """Return the lines that hold anything; the first is row 0, as a header is."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter(path.suffix))
            filled = (cells for cells in reader if len(cells) > 1 or any(cell.strip() for cell in cells))
            for row, cells in enumerate(filled):
                yield _Line(cells, row, reader.line_num)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise BadData(f"{path} is not UTF-8 text (it holds byte 0x{byte:02x}). Save it as UTF-8.") from error
    except csv.Error as error:
        raise BadData(f"{path} is not a table ({error}); save it as comma-separated text.") from error


def _chained(first: _Line, others: Iterator[_Line]) -> Iterator[_Line]:
    """Return the lines of a table without header, whose first row is row 1."""
    yield _Line(first.cells, 1, first.line)
    for line in others:
        yield _Line(line.cells, line.row + 1, line.line)


def _is_header(first: Sequence[str], columns: Sequence[str]) -> bool:
    names = {one_line(cell) for cell in first}
    return bool(columns) and names.issuperset(columns) or any(number(cell) is None for cell in first)


def _places(path: Path, first: Sequence[str], preparation: Preparation, has_header: bool) -> list[int]:
    """Return where in a line each cell of a raw row stands."""
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    names = [one_line(cell) for cell in first]
    if columns and has_header:
        if set(names).isdisjoint(columns) and preparation.categories:
            raise BadData(f"{path}: the first line names no column of the model, such as '{columns[0]}'. Add a header.")
        return [place_of(path, column, names) for column in columns]
    if len(first) != width:
        has_labels = len(preparation.raw_shape) == 2 and len(first) == width + 1  # as files of series have
        cure = "Remove the labels." if has_labels else "Add a header."
        lack = "columns" if has_header else "columns and no header"
        raise BadData(f"{path} has {len(first)} {lack}; this model takes {width}. {cure}")
    return list(range(width))


def _numbers(
    path: Path,
    line: _Line,
    first: Sequence[str],
    places: Sequence[int],
    readers: Sequence[Callable[[str], float | None]],
) -> list[float]:
    """Return the chosen cells of one line; cells missing at its end are NaN."""
    cells, where = line.cells, f"data row {line.row} (line {line.line})"
    if len(cells) > len(first):
        raise BadData(f"{path}: {where} has {len(cells)} cells and the first line {len(first)}. Correct it.")
    numbers = [
        read(cells[place]) if place < len(cells) else math.nan for place, read in zip(places, readers, strict=True)
    ]
    if None in numbers:
        place = places[numbers.index(None)]
        column = f"column {place + 1} ({quoted(first[place])})"
        raise BadData(f"{path}: {column} holds text ({quoted(cells[place])}) in {where}; write a number there.")
    return numbers  # type: ignore[return-value]
