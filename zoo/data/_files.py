"""Files of tables as data frames, chunk by chunk: text tables of any separator, and Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.errors import BadData
from zoo.raw.cells import delimiter, one_line
from zoo.raw.dialect import LATIN1, NAMES, SAMPLE, Dialect, dialect_of
from zoo.raw.lines import Line, lines_of, require_width
from zoo.rows import PARQUET

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 50_000  # rows that are read at once where not all are
CELL = 80  # bytes that a cell of text fills while it is read
NUMBER = 16  # bytes that a cell of Parquet does
INDEX = re.compile(r"__index_level_\d+__")  # as pandas stores an index without a name


@dataclass(frozen=True)
class TextTable:
    """A text table; without a header its columns are x0, x1 ..."""

    path: Path
    dialect: Dialect
    columns: list[str]

    @property
    def bytes_read(self) -> int:
        """About how many bytes all rows fill while they are read: by the length of the first ones."""
        with self.path.open("rb") as file:
            head = file.read(SAMPLE)
        rows = self.path.stat().st_size / len(head) * max(head.count(b"\n"), 1)
        return int(rows * len(self.columns) * CELL)

    def frames(self, rows: int | None = CHUNK) -> Iterator[pd.DataFrame]:
        """Return cells as text, at most `rows` at a time; raise BadData for a line of another width."""
        lines = lines_of(self.path, self.dialect)
        if self.dialect.header:
            next(lines)
        yield self._frame(list(islice(lines, rows)))
        while held := list(islice(lines, rows)):
            yield self._frame(held)

    def said(self) -> tuple[str, ...]:
        """Return what is not as a .csv or .tsv is by rights: its separator, its encoding, its lack of a header."""
        told = []
        if self.dialect.separator != delimiter(self.path.suffix):
            told.append(f"cells are parted by {NAMES[self.dialect.separator]}")
        if self.dialect.encoding == LATIN1:
            told.append("the text is not UTF-8: read as latin-1")
        if not self.dialect.header:
            told.append(f"there is no header: columns are named {self.columns[0]} to {self.columns[-1]}")
        return (f"{self.path.name}: {'; '.join(told)}",) if told else ()

    def facts(self, target: str | None) -> dict[str, Any]:
        """Return the separator where it is unusual, and all columns and the target where no header names them."""
        unusual = self.dialect.separator != delimiter(self.path.suffix)
        separator = {"separator": self.dialect.separator} if unusual else {}
        return separator if self.dialect.header else {**separator, "named": self.columns, "target": target}

    def _frame(self, lines: Sequence[Line]) -> pd.DataFrame:
        import pandas as pd

        for line in lines:
            require_width(self.path, line, len(self.columns), "header" if self.dialect.header else "first line")
        cells = zip(*(line.cells for line in lines), strict=True) if lines else [[] for _ in self.columns]
        named = (pd.Series(column, dtype=object, name=name) for name, column in zip(self.columns, cells, strict=True))
        return pd.concat(named, axis=1)


@dataclass(frozen=True)
class ParquetTable:
    """A table in a Parquet file; of its `stored` columns, an index that nobody named is none of `columns`."""

    path: Path
    columns: list[str]
    rows: int
    stored: list[str]

    @property
    def bytes_read(self) -> int:
        """About how many bytes all rows fill while they are read."""
        return self.rows * len(self.columns) * NUMBER

    def frames(self, rows: int = CHUNK) -> Iterator[pd.DataFrame]:
        """Return the rows, at most `rows` at a time."""
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        try:
            with ParquetFile(self.path) as file:
                batches = file.iter_batches(rows) if self.rows else [file.read()]
                for batch in batches:  # without pandas' own notes, an index is a column as any other
                    frame = batch.to_pandas(ignore_metadata=True).set_axis(self.stored, axis="columns")
                    yield frame.drop(columns=[name for name in self.stored if name not in self.columns])
        except (ArrowException, OSError, ValueError, NotImplementedError) as error:
            raise _no_parquet(self.path, error) from error

    def said(self) -> tuple[str, ...]:
        """Return that an index without a name is left out; Parquet says itself how it is written."""
        is_cut = len(self.columns) < len(self.stored)
        return (f"{self.path.name}: the index has no name, so it is left out",) if is_cut else ()

    def facts(self, target: str | None) -> dict[str, Any]:
        """Return nothing."""
        return {}


def open_table(path: Path, names: Sequence[str] = ()) -> TextTable | ParquetTable:
    """Return the table in a file, whose first line is a header if it holds any of `names`; raise BadData."""
    try:
        return _open_parquet(path) if path.suffix.lower() in PARQUET else _open_text(path, names)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadData(f"{path} cannot be read ({why}). Give the path of a table.") from error


def _open_text(path: Path, names: Sequence[str]) -> TextTable:
    dialect = dialect_of(path, names=names)
    first = next(lines_of(path, dialect), None)
    if first is None or not any(map(str.strip, first.cells)):
        raise BadData(f"{path} is empty; it needs a header and rows. Write the table again.")
    header = [one_line(cell) for cell in first.cells]
    return TextTable(path, dialect, header if dialect.header else [f"x{place}" for place in range(len(header))])


def _open_parquet(path: Path) -> ParquetTable:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            stored = [one_line(str(column)) for column in file.schema_arrow.names]
            columns = [column for column in stored if not INDEX.fullmatch(column)]
            return ParquetTable(path, columns, file.metadata.num_rows, stored)
    except (ArrowException, ValueError) as error:
        raise _no_parquet(path, error) from error


def _no_parquet(path: Path, error: Exception) -> BadData:
    why = " ".join(str(error).split())
    return BadData(f"{path} is no Parquet file that can be read ({why:.200}). Write it again, or as .csv.")
