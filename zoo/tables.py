"""Raw rows to predict out of text tables, read with the standard library and NumPy only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.raw.cells import MISSING_CELLS, category, number, one_line, quoted
from zoo.raw.dialect import dialect_of
from zoo.raw.lines import Line, lines_of, require_width
from zoo.raw.numerals import READERS, WORDS, is_numeral

UNSEEN = -1.0  # the place of a text that was not there when the model was trained


def table_rows(path: Path, preparation: Preparation) -> np.ndarray:
    """Return the rows (n, columns) of a text table in float64 as `preparation.apply` takes them; raise BadData."""
    likely = preparation.facts.get("separator")
    dialect = dialect_of(path, likely, preparation.columns)
    lines = lines_of(path, dialect)
    first = next(lines, None)
    if first is None:
        raise BadData(f"{path} is empty; it must hold rows to predict.")
    has_header = _is_header(first.cells, preparation)
    places = _places(path, first.cells, preparation, has_header)
    readers = cell_readers(preparation)
    held = lines if has_header else _chained(first, lines)
    width, named = len(first.cells), "header" if has_header else "first line"
    rows = []
    for line in held:
        require_width(path, line, width, named)
        rows.append(_numbers(path, line, first.cells, places, readers))
    if not rows:
        raise BadData(f"{path} has a header and no rows; add rows to predict.")
    return np.asarray(rows, np.float64)


def cell_readers(preparation: Preparation) -> list[Callable[[str], float | None]]:
    """Return for each cell of a raw row what reads its text: NaN is a missing cell, None a text among numbers."""
    numerals = preparation.facts.get("numerals", {})
    if not preparation.categories and not preparation.dates and not numerals:
        return [number] * math.prod(preparation.raw_shape)
    texts, ways = preparation.categories, preparation.facts.get("ways", {})
    own = {
        **{column: READERS[style] for column, style in numerals.items()},
        **{column: place_in(found) for column, found in texts.items()},
        **{column: time_in(ways[column]) for column in preparation.dates},
    }
    return [own.get(column, number) for column in preparation.columns]


def place_in(texts: Sequence[str]) -> Callable[[str], float]:
    """Return what gives a cell's place in `texts`, NaN for a missing cell, UNSEEN for a text that is not there."""
    places = {text: float(place) for place, text in enumerate(texts)}

    def place(cell: str) -> float:
        text = category(cell)
        return math.nan if text is None else places.get(text, UNSEEN)

    return place


def time_in(way: str) -> Callable[[str], float | None]:
    """Return what gives a cell's seconds since 1970, NaN for a missing one, None for what is no time in this way."""
    from zoo.raw.times import seconds

    def time(cell: str) -> float | None:
        found = seconds(cell, way)
        return None if math.isnan(found) and cell.strip() not in MISSING_CELLS else found

    return time


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


def unnamed_places(width: int, preparation: Preparation) -> list[int] | None:
    """Return where the columns of the model stand in a line of `width` cells of a table without a header; else None.

    Such a line is as long as those that the model was trained on, or lacks the target, or holds the model's alone.
    """
    named, columns = list(preparation.facts.get("named", ())), list(preparation.columns)
    if named and width == len(named):
        return [named.index(column) for column in columns]
    if named and width == len(named) - 1 and "target" in preparation.facts:
        named.remove(preparation.facts["target"])
        return [named.index(column) for column in columns]
    return list(range(width)) if width == math.prod(preparation.raw_shape) else None


def _chained(first: Line, others: Iterator[Line]) -> Iterator[Line]:
    """Return the lines of a table without header, whose first row is row 1."""
    yield Line(first.cells, 1, first.line)
    for line in others:
        yield Line(line.cells, line.row + 1, line.line)


def _is_header(first: Sequence[str], preparation: Preparation) -> bool:
    names, columns = {one_line(cell) for cell in first}, preparation.columns
    if columns and names.issuperset(columns):
        return True
    if preparation.facts.get("named") and unnamed_places(len(first), preparation) is not None:
        return False
    return not all(map(is_numeral, first))


def _places(path: Path, first: Sequence[str], preparation: Preparation, has_header: bool) -> list[int]:
    """Return where in a line each cell of a raw row stands."""
    columns, width = preparation.columns, math.prod(preparation.raw_shape)
    names = [one_line(cell) for cell in first]
    if columns and has_header:
        if set(names).isdisjoint(columns) and preparation.categories:
            raise BadData(f"{path}: the first line names no column of the model, such as '{columns[0]}'. Add a header.")
        return [place_of(path, column, names) for column in columns]
    places = unnamed_places(len(first), preparation)
    if places is None:
        has_labels = len(preparation.raw_shape) == 2 and len(first) == width + 1  # as files of series have
        cure = "Remove the labels." if has_labels else "Add a header."
        lack = "columns" if has_header else "columns and no header"
        raise BadData(f"{path} has {len(first)} {lack}; this model takes {width}. {cure}")
    return places


def _numbers(
    path: Path,
    line: Line,
    first: Sequence[str],
    places: Sequence[int],
    readers: Sequence[Callable[[str], float | None]],
) -> list[float]:
    """Return the chosen cells of one line."""
    cells = line.cells
    numbers = [read(cells[place]) for place, read in zip(places, readers, strict=True)]
    if None in numbers:
        place = places[numbers.index(None)]
        column = f"column {place + 1} ({quoted(first[place])})"
        what = WORDS.get(readers[numbers.index(None)], "time as in the rows that were learned from")
        raise BadData(f"{path}: {column} holds text ({quoted(cells[place])}) in {line.where}; write a {what} there.")
    return numbers  # type: ignore[return-value]
