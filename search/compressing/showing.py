"""A compression as text: a row a file, the smallest first, and the one to ship."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from search.compressing.answers import Compressed
from search.compressing.rows import FLOATS, Row
from search.terminal.columns import columns, root_option, say, show, stdout
from search.terminal.summary import footprint_lines
from zoo.goals import SHARES, shown

WHY = " "  # over the words of a file that is not to be shipped
UNITS = {"latency": "ms a row"}  # of costs whose name does not say it


def print_compressed(answer: Compressed, root: Path) -> None:
    """Print every file, what may be lost, the file to ship and what to type next."""
    console = stdout()
    show(console, _table(answer))
    say(console, *_lines(answer, root))


def _table(answer: Compressed) -> Table:
    costs = [name for name in answer.costs if name != "bytes"]
    names = ["", "method", "precision", "bytes", "gzip", *(UNITS.get(name, name) for name in costs)]
    right = tuple(range(3, len(names) + 2))
    table = columns(*names, "validation", "change", WHY, right=right, wraps=WHY)
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
    taken = footprint_lines([{"footprint": pick.footprint}])
    shipped = [_shipped(answer, pick), *taken, *map("note   {}".format, _notes(answer)), *left, where]
    return ["", f"{allowed}; {legend}", *shipped, "", *_next(pick, root)]


def _shipped(answer: Compressed, pick: Row) -> str:
    goal, first = answer.bounds.goal, next(row for row in answer.rows if not row.steps and row.precision == FLOATS)
    times = f", {first.bytes / pick.bytes:.1f}x smaller than {first.precision}" if first.bytes else ""
    test, before = ((one or {}).get(goal) for one in (answer.test, answer.test_before))
    if test is None:
        told = "; test rows are opened once all was tried"
    else:
        told = f"; test {goal} {shown(goal, test)}, before {shown(goal, before)}{_change(answer)}"
    return f"ship {pick.method} as {pick.file.replace('-', ' ')}: {pick.bytes:,} bytes{times}{told}"


def _change(answer: Compressed) -> str:
    """Say by how much the test rows' score has changed, and between what that lies."""
    is_share = answer.bounds.goal in SHARES
    low, high = answer.test_change_interval or (None, None)
    between = "" if low is None else f" (95 %: {_size(low, is_share)} to {_size(high, is_share)})"
    return f", a change of {_size(answer.test_change, is_share)}{' points' if is_share else ''}{between}"


def _notes(answer: Compressed) -> Iterator[str]:
    """Yield what tells how far the loss that was asked for can be trusted."""
    goal, rows, drop = answer.bounds.goal, answer.validation_rows, answer.max_drop
    if goal == "accuracy" and rows and 0 < drop < 1 / rows:
        coarse = f"of {rows} validation rows each is {100 / rows:.2g} points of accuracy"
        yield f"{coarse}, so a loss of {100 * drop:.2g} cannot be told from none; more rows tell it"
    if answer.loses_more:
        allowed = f"--max-drop {drop:.3g}" if goal not in SHARES else f"--max-drop {100 * drop:.3g}%"
        beyond = f"on test rows it loses more than the {allowed} that it keeps to on validation rows"
        yield f"{beyond}. A smaller --max-drop leaves room; the files marked * lose less"


def _size(change: float, is_share: bool) -> str:
    return f"{100 * change:+.2g}" if is_share else f"{change:+.3g}"


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
