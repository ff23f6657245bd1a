"""Columns and lines on stdout: as wide as a terminal, and in a pipe as wide as their rows."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

NARROWEST, WIDEST = 80, 1000  # columns of a table: rows run over a narrower terminal and never wrap in a pipe
LEAST = 24  # columns that words are given before they wrap


class _Plain(Table):
    """A table whose cells are texts: what stands in brackets is no markup."""

    def add_row(self, *cells: str) -> None:
        """Add a row of one text a column."""
        super().add_row(*map(Text, cells))


def stdout() -> Console:
    """Return a console on stdout; into a pipe or a file, rows are as long as they need to be."""
    console = Console(highlight=False)
    return Console(highlight=False, width=max(console.width, NARROWEST) if console.is_terminal else WIDEST)


def columns(*names: str, right: tuple[int, ...] = (), wraps: str = "values") -> Table:
    """Return a table without lines; those of its columns in `right` are flush right, only `wraps` may be wrapped."""
    table = _Plain(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for index, name in enumerate(names):
        table.add_column(name, justify="right" if index in right else "left", no_wrap=name != wraps)
    return table


def show(console: Console, table: Table) -> None:
    """Print a table without the spaces that would fill its last column; rows run over a terminal that is too narrow.

    No number is ever cut short to make room for words.
    """
    console.width = max(console.width, sum(_least(column) + 2 for column in table.columns))
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        console.out(line.rstrip(), highlight=False)


def _least(column: Column) -> int:
    """Return the columns of a terminal that a column needs."""
    widest = max(cell_len(str(cell)) for cell in (column.header, *column.cells))
    return widest if column.no_wrap else min(widest, LEAST)


def say(console: Console, *lines: str) -> None:
    """Print lines as they are, however long."""
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)


def root_option(root: Path) -> str:
    """Return what a command needs to find `root` from here."""
    return "" if root == Path() else f" --root {shlex.quote(str(root))}"
