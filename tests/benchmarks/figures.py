"""From rows to what is quoted: medians over rounds, ratios, and the accuracy beside the time."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .keeping import Row
from .measuring import is_small

Figure = Callable[[Row], float]


def steady(trials: int) -> Figure:
    """Return a row's seconds a trial over its first `trials`, imports and data left out."""
    return lambda row: row["wall"][min(trials, len(row["wall"])) - 1] / min(trials, len(row["wall"]))


def cpu(trials: int) -> Figure:
    """Return a row's CPU seconds a trial over its first `trials`, those of child processes included."""
    return lambda row: row["cpu"][min(trials, len(row["cpu"])) - 1] / min(trials, len(row["cpu"]))


def median(rows: Sequence[Row], figure: Figure) -> float:
    """Return the median of a figure over the rounds."""
    return statistics.median(figure(row) for row in rows)


def table(title: str, found: Mapping[str, Sequence[Row]], figure: Figure, asked: Mapping[str, float]) -> str:
    """Return a line a contender: the figure, the best accuracy, and how many times longer than the first it takes.

    The ratio is that of the medians, with the lowest and highest of the single rounds; `asked` is what it should be.
    """
    first = next(iter(found.values()))
    lines = [f"\n{title}, median of {len(first)}{warning()}"]
    for name, rows in found.items():
        ratios = [figure(row) / figure(ours) for row, ours in zip(rows, first, strict=True)]
        ratio = f"{median(rows, figure) / median(first, figure):6.2f}x  ({min(ratios):.2f} to {max(ratios):.2f})"
        wanted = f", asked {asked[name]:g}x" if name in asked else ""
        best = statistics.median(row["best"] for row in rows)
        lines.append(
            f"  {name:32} {median(rows, figure):8.3f}  accuracy {best:.4f}  {'' if rows is first else ratio + wanted}"
        )
    return "\n".join([*lines, f"  {when(found)}"])


def when(found: Mapping[str, Sequence[Row]]) -> str:
    """Return between which moments the rows were measured, how busy the machine was, and the whole processes."""
    whole = ", ".join(f"{name} {median(some, lambda row: row['seconds']):.1f} s" for name, some in found.items())
    return f"{measured(row for rows in found.values() for row in rows)}; whole processes: {whole}"


def measured(rows: Iterable[Row]) -> str:
    """Return between which moments rows were measured, how busy the machine was, and whether the sources changed."""
    rows = list(rows)
    times, busy = zip(*((row["at"], row["others"]) for row in rows), strict=True)
    sources = {(row["key"].get("module"), row["key"]["sources"]) for row in rows}  # each contender has its own
    changed = ", by several versions of the sources" if len(sources) > len({module for module, _ in sources}) else ""
    moments = min(times) if min(times) == max(times) else f"{min(times)} to {max(times)}"
    return f"measured {moments}, others on at most {max(busy)} cores{changed}"


def columns(rows: Sequence[Row], **figures: Any) -> str:
    """Return medians in one line, by name."""
    return ", ".join(f"{name.replace('_', ' ')} {median(rows, figure):.2f}" for name, figure in figures.items())


def warning() -> str:
    """Return what must be said of figures that are too small a run's."""
    return " (A SMALL RUN: figures not for quoting)" if is_small() else ""
