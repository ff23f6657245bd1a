"""A preview as text: the space in rows, its size, three recipes with what they take, and the time it would all take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from zoo.goals import shown

if TYPE_CHECKING:
    from search.drawing.counting import Size
    from search.previewing import Preview, Row, Sketch

TAKES = ("parameters", "bytes", "macs", "ram")


def print_preview(found: Preview) -> None:
    """Print a preview on stdout."""
    for line in lines(found):
        typer.echo(line)


def lines(found: Preview) -> list[str]:
    """Return a preview as lines of text; values that stay at their defaults share one."""
    rows = [[row.name, searched(row), row.source] for row in found.space if row.source != "default"]
    idle = [f"{row.name} {row.points[0]}" for row in found.space if row.source == "default" and not row.searched]
    return [
        *in_columns([["value", "searched", "by"], *rows]),
        f"as always: {', '.join(idle)}" if idle else "nothing else",
        "",
        *_size_lines(found.size),
        "",
        f"{_which(found)}, as {found.format} {found.precision} files of weights that are not trained",
        *in_columns(
            [["#", "builder", *TAKES, "values"], *(_cells(one, found) for one in found.recipes)], right=range(2, 6)
        ),
        *(f"#{one.slot} would not be trained: {one.beyond}" for one in found.recipes if one.beyond),
        *(f"#{one.slot} has no file: {one.refused}" for one in found.recipes if one.refused),
        "",
        *([_time(found)] if found.trials.total < found.trials.target else []),
        f"nothing was trained, and nothing written; the same command without --dry-run {_does(found)}",
    ]


def searched(row: Row) -> str:
    """Return a range, a list of choices or the one value in words."""
    if row.between:
        low, high = row.points
        return f"{low:g} to {high:g}{', logarithmic' if row.log else ''}"
    return ", ".join(map(str, row.points))


def in_columns(cells: list[list[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows whose columns stand below each other; those in `right` end below each other."""
    widths, ends = [max(map(len, column)) for column in zip(*cells, strict=True)], set(right)
    padded = (
        [
            cell.rjust(width) if place in ends else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in cells
    )
    return [f"  {'  '.join(row)}".rstrip() for row in padded]


def _size_lines(size: Size) -> list[str]:
    points = f"{size.points:,} points" + (" besides" if size.continuous else "")
    ranges = f"continuous in {', '.join(size.continuous)}; " if size.continuous else ""
    each = ", ".join(f"{builder} {count:,}" for builder, count in size.structures.items())
    several = f" ({each})" if len(size.structures) > 1 else ""
    return [f"size   {ranges}{points}; {sum(size.structures.values()):,} structures{several}"]


def _which(found: Preview) -> str:
    number = len(found.recipes)
    trials = "trial" if number == 1 else f"{number} trials"
    if found.exact:
        return f"the first {trials} by {found.sampler} with seed {found.seed}"
    return f"{trials} as {found.sampler} draws before any has ended"


def _cells(one: Sketch, found: Preview) -> list[str]:
    takes = {"parameters": one.parameters, **one.costs}
    names = {row.name for row in found.space if row.searched}
    values = [_value(name, value) for name, value in one.values.items() if names & {name, _owned(name, one.builder)}]
    return [
        str(one.slot),
        one.builder,
        *("?" if takes.get(name) is None else _taken(name, takes[name]) for name in TAKES),
        ", ".join(values),
    ]


def _owned(name: str, builder: str) -> str:
    return name.replace("model.", f"{builder}.", 1) if name != "model.builder" else ""


def _taken(name: str, value: Any) -> str:
    return shown("params" if name == "parameters" else name, value)


def _value(name: str, value: Any) -> str:
    return f"{name.partition('.')[2]} {f'{value:.2g}' if isinstance(value, float) else value}"


def _does(found: Preview) -> str:
    left = found.trials.target - found.trials.total
    if left <= 0:
        return "trains no trial more, for all have ended"
    return f"goes on after {found.trials.total} of {found.trials.target} trials" if found.trials.total else "begins"


def _time(found: Preview) -> str:
    trials, side = found.trials, f" on {found.workers} workers" if found.workers > 1 else ""
    left = trials.target - trials.total
    told = "as its trials so far took" if found.recorded else "told from the models' work, before anything has run"
    return f"time   {found.forecast} for {left} trials{side}, {told}"
