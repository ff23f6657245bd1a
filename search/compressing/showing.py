"""A compression as text: a row a file, the smallest first, and the one to ship."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from search.compressing.answers import Compressed
from search.compressing.rows import Row
from search.terminal.columns import WIDEST, columns, root_option, say, show, stdout
from search.terminal.summary import footprint_lines
from zoo.goals import gain, shown

UNITS = {"latency": "ms a row"}  # of costs whose name does not say it


def print_compressed(answer: Compressed, root: Path) -> None:
    """Print every file, what may be lost, the file to ship and what to type next."""
    console = stdout()
    show(console, _table(answer), WIDEST)
    say(console, *_lines(answer, root))


def _table(answer: Compressed) -> Table:
    costs = [name for name in answer.costs if name != "bytes"]
    names = ["", "method", "precision", "bytes", "gzip", *(UNITS.get(name, name) for name in costs)]
    right = tuple(range(3, len(names) + 2))
    table = columns(*names, "validation", "change", "", right=right)
    pick, front = answer.pick, {row.key for row in answer.front}
    for row in sorted(answer.rows, key=lambda row: row.bytes or float("inf")):
        mark = ">" if pick is not None and row.key == pick.key else "*" if row.key in front else ""
        sizes = [_count(size) for size in (row.bytes, row.gzip_bytes)]
        taken = [_cost(row.costs.get(name)) for name in costs]
        table.add_row(mark, row.method, row.precision, *sizes, *taken, *_worth(row, answer))
    return table


def _worth(row: Row, answer: Compressed) -> tuple[str, str, str]:
    goal = answer.bounds.goal
    if row.skipped:
        return "", "", f"skipped: {row.skipped}"
    if row.validation is None:
        return "", "", "its answers are not finite numbers"
    score = row.validation[goal]
    return shown(goal, score), f"{score - answer.score:+.3g}", _verdict(row, answer)


def _verdict(row: Row, answer: Compressed) -> str:
    bounds = answer.bounds
    if row.proof is not None and not row.proof["passed"]:
        return f"proof FAILED: {'; '.join(row.proof['reasons'])}"
    if not bounds.holds_score(row):
        return "loses too much"
    known = {**(row.validation or {}), **row.costs}
    met = [(limit, known[limit.name]) for limit in bounds.limits if limit.name in known]
    untold = [f"{limit.name} is not known" for limit in bounds.limits if limit.name not in known]
    return "; ".join([*(limit.broken(value) for limit, value in met if limit.excess(value) > 0), *untold])


def _lines(answer: Compressed, root: Path) -> list[str]:
    goal, pick = answer.bounds.goal, answer.pick
    allowed = f"validation {goal} {shown(goal, answer.score)} may become {shown(goal, answer.bounds.floor)}"
    legend = "> is the file to ship, * others that none beats in both bytes and score"
    left = [] if answer.is_over else ["the time was up before all was tried; the same command goes on"]
    where = _where(answer, root)
    if pick is None:
        cure = "Allow a larger --max-drop, or loosen a --limit."
        return ["", f"{allowed}; no file holds that and the limits. {cure}", *left, where]
    shipped = [_shipped(answer, pick), *_beside(answer, root), *left, where]
    return ["", f"{allowed}; {legend}", *shipped, "", *_next(pick, root)]


def _shipped(answer: Compressed, pick: Row) -> str:
    goal, first = answer.bounds.goal, next(row for row in answer.rows if not row.steps)
    times = f", {first.bytes / pick.bytes:.1f}x smaller than {first.precision}" if first.bytes else ""
    test, before = ((one or {}).get(goal) for one in (answer.test, answer.test_before))
    worse = gain(goal, test) < gain(goal, before) if test is not None and before is not None else False
    told = f"; test {goal} {shown(goal, test)}, {'was' if worse else 'before'} {shown(goal, before)}"
    if test is None:
        told = "; test rows are opened once all was tried"
    return f"ship {pick.method} as {pick.precision}: {pick.bytes:,} bytes{times}{told}"


def _beside(answer: Compressed, root: Path) -> list[str]:
    """Say where the file lies in the other formats of its device and what it takes there, or why it does not."""
    return [*(_as_well(one, root) for one in answer.beside), *footprint_lines(answer.beside)]


def _as_well(one: Mapping[str, Any], root: Path) -> str:
    if one["skipped"]:
        return f"not as {one['format']}: {one['skipped']}"
    failed = "" if one["proof"]["passed"] else f"; its proof FAILED: {'; '.join(one['proof']['reasons'])}"
    return f"as {one['format']} for its device: {root / one['path']}, {one['bytes']:,} bytes{failed}"


def _next(pick: Row, root: Path) -> list[str]:
    return [
        f"next   zoo predict {shlex.quote((root / pick.path).as_posix())} ROWS",
        f"       zoo ui{root_option(root)}",
    ]


def _where(answer: Compressed, root: Path) -> str:
    """Say where everything lies, and the picture where there is one."""
    folder = root / answer.folder
    picture = folder / "front.png"
    return f"everything lies in {folder}" + (f"; look at {picture}" if picture.is_file() else "")


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _cost(value: float | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else _count(value)
