"""How the numbers of a text table are written: decimal commas and signs between thousands, column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.data._reading import Frames
from zoo.raw.cells import MISSING_CELLS, quoted
from zoo.raw.numerals import COMMA, MARKS, POINT, READERS, STYLES, fits, in_plain

if TYPE_CHECKING:
    import pandas as pd

COMMAS_BY_RIGHTS = ";"  # tables between semicolons are of countries that write a decimal comma


@dataclass(frozen=True)
class Numerals:
    """The style of each column that is not plain, by name, and what is to be said of them."""

    styles: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, dict[str, str]]:
        """What the reader of further rows must know."""
        return {"numerals": dict(self.styles)} if self.styles else {}

    def plain(self, frames: Frames, path: Path) -> Frames:
        """Return the chunks with numbers as Python writes them; reading raises BadData for other styles."""
        return (lambda: _plain_frames(frames, self.styles, path)) if self.styles else frames


@dataclass
class _Cells:
    """What the filled cells of a column have in common so far, and the first one with a mark in it."""

    styles: set[str] = field(default_factory=lambda: set(STYLES))
    marks: set[str] = field(default_factory=set)
    widths: set[int] = field(default_factory=set)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, cells: Sequence[str]) -> None:
        """Take further cells into account."""
        for text in _filled(cells) if self.styles else ():
            self.styles = {style for style in self.styles if fits(text, style)}
            if not self.styles:
                return
            self.widths.add(len(text))
            for mark in _marks(text):
                self.marks.add(mark)
                self.first.setdefault(mark, text)

    @property
    def proves(self) -> str | None:
        """The only style that the cells fit, if it shows; codes such as 123.456.789 are all of one width."""
        only = next(iter(self.styles)) if len(self.styles) == 1 else None
        shows = (self.marks if only == COMMA else {"."} & self.marks) if only else ()
        is_fraction = ("," if only == COMMA else ".") in self.marks
        return only if is_fraction or (shows or "," in self.marks) and len(self.widths) > 1 else None

    @property
    def example(self) -> str:
        """A cell with a comma in it, or else with another mark."""
        return next(self.first[mark] for mark in MARKS if mark in self.first)


def numerals_of(frames: Frames, separator: str, ignored: Collection[str] = ()) -> Numerals:
    """Return how the columns of a text table write numbers; plain ones, and columns with other texts, have no style.

    A column has a style where all its filled cells fit it. One that fits both, such as 1,234 throughout, is of the
    style that other columns prove; or else that of the separator, which is said to be in doubt unless it is a comma
    itself. In a table with decimal commas alone, columns of whole numbers have that style too.
    """
    if not _may_be_styled(frames, separator):
        return Numerals()
    columns: dict[str, _Cells] = {}
    for frame in frames():
        for place, name in enumerate(frame.columns):
            if name and name not in ignored:
                columns.setdefault(name, _Cells()).add(frame.iloc[:, place].tolist())
    fitting = {name: found for name, found in columns.items() if found.styles}
    proven = {found.proves for found in fitting.values()} - {None}
    usual = COMMA if separator == COMMAS_BY_RIGHTS else POINT
    sure = _sure(proven, separator)
    styles = {name: style for name, found in fitting.items() if (style := _style(found, sure, usual))}
    doubts = [_doubt(name, found, styles.get(name)) for name, found in fitting.items() if _is_open(found, sure, usual)]
    return Numerals(styles, (*_said(styles, fitting), *doubts))


def _sure(proven: Collection[str | None], separator: str) -> str | None:
    """Return the style of cells that fit both: the only proven one, or what quotes in a table between commas hold."""
    if not proven and separator == ",":
        return POINT
    return next(iter(proven)) if len(proven) == 1 else None


def _may_be_styled(frames: Frames, separator: str) -> bool:
    """Return whether in some column the first cell with a comma or a space in it is a number, for all chunks.

    Between semicolons, so are points of which each has three digits behind it.
    """
    marks = MARKS if separator == COMMAS_BY_RIGHTS else MARKS.replace(".", "")
    others: set[int] = set()
    for frame in frames():
        for place in set(range(frame.shape[1])) - others:
            cells = frame.iloc[:, place].tolist()
            found = _first_marked(cells, marks)
            if found is True:
                return True
            if found is False:
                others.add(place)
    return False


def _first_marked(cells: Sequence[str], marks: str) -> bool | None:
    """Return whether the first cell with marks in it is a number in a style; None where there is none."""
    joined = "".join(cells)
    held = [mark for mark in marks if mark in joined]
    if not held:
        return None
    marked = (text for cell in cells if any(mark in (text := cell.strip()) for mark in held))
    text = next(marked, None)
    if text is None:
        return None
    if "." in text and not any(mark in text for mark in MARKS.replace(".", "")):
        return fits(text, COMMA) and all(fits(other, COMMA) for other in marked)
    return any(fits(text, style) for style in STYLES)


def _style(found: _Cells, sure: str | None, usual: str) -> str | None:
    if not found.marks or found.marks == {"."} and len(found.styles) == 2:
        return COMMA if sure == COMMA else None
    if len(found.styles) == 1:
        return None if found.proves == POINT and found.marks == {"."} else found.proves
    return (sure or usual) if "," in found.marks or len(found.widths) > 1 else None


def _is_open(found: _Cells, sure: str | None, usual: str) -> bool:
    """Return whether a column may as well mean other numbers."""
    is_either = len(found.styles) == 2 and sure is None
    return is_either and ("," in found.marks or "." in found.marks and usual == COMMA)


def _said(styles: Mapping[str, str], columns: Mapping[str, _Cells]) -> Iterator[str]:
    ways = {COMMA: "a decimal comma", POINT: "marks between thousands"}
    for style, way in ways.items():
        marked = [name for name, own in styles.items() if own == style and columns[name].marks]
        if marked:
            cell = columns[marked[0]].example
            others = f" and {len(marked) - 1:,} more" if len(marked) > 1 else ""
            read = f"{quoted(cell)} is {READERS[style](cell):.15g} ('{marked[0]}'{others})"
            yield f"numbers are written with {way}: {read}"


def _doubt(name: str, found: _Cells, style: str | None) -> str:
    cell = found.example
    taken, other = (READERS[one](cell) for one in ((COMMA, POINT) if style == COMMA else (POINT, COMMA)))
    return (
        f"column '{name}' is in doubt: {quoted(cell)} is read as {taken:.15g}; if it means {other:.15g}, "
        "write numbers plainly (1234.5)"
    )


def _plain_frames(frames: Frames, styles: Mapping[str, str], path: Path) -> Iterator[pd.DataFrame]:
    before = 0
    for frame in frames():
        found = frame.copy(deep=False)
        for place, name in enumerate(frame.columns):
            if name in styles:
                where = f"{path}: column '{name}'"
                found.isetitem(place, in_plain(frame.iloc[:, place].tolist(), styles[name], where, before))
        before += len(frame)
        yield found


def _filled(cells: Sequence[str]) -> Iterator[str]:
    return (text for cell in dict.fromkeys(cells) if (text := cell.strip()) not in MISSING_CELLS)


def _marks(text: str) -> set[str]:
    return set(MARKS).intersection(text)
