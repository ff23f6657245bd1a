"""A check on one screen, in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from zoo.checking.finding import NOTE, listed

if TYPE_CHECKING:
    from zoo.checking import Check

LINES = 30
MOST_RANKED, FEWEST_RANKED = 10, 3
WIDEST = 40  # characters of a column's name


def screen(check: Check) -> str:
    """Return the check in about 30 lines: the data, builders, preparation, telling columns, faults, the next command.

    Faults are the gravest first; what does not fit is counted.
    """
    head = [check.text(), *_labelled(_head(check))]
    tail = _labelled([("next", check.command)] if check.command else [])
    room = LINES - len(head) - len(tail)
    faults = len(check.findings)
    ranked = max(FEWEST_RANKED, min(MOST_RANKED, room - faults - 3))
    table = _table(check, ranked)
    return "\n".join([*head, *table, *_faults(check, room - len(table)), *tail])


def html(check: Check) -> str:
    """Return the check as HTML for a notebook."""
    head = "".join(f"<p>{escape(line)}</p>" for line in (check.text(), *(f"{a}: {b}" for a, b in _head(check))))
    rows = _rows(check, len(check.ranking))
    table = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    faults = "".join(f"<li>{escape(finding.text)}</li>" for finding in check.findings)
    return f"<div>{head}<table>{table}</table><ul>{faults}</ul></div>"


def _head(check: Check) -> Iterator[tuple[str, str]]:
    yield "builders", ", ".join(check.builders) or "none"
    yield ("classes" if check.task.classes else "target"), check.detail
    shape = "x".join(map(str, check.task.input_shape))
    yield "prepared", f"as {shape} {check.task.dtype}" + (": " if check.prepared else "") + "; ".join(check.prepared)
    if check.missing:
        total = check.rows["train"] + check.rows["validation"] + (0 if check.own_test else check.rows["test"])
        most = sorted(check.missing.items(), key=lambda item: -item[1])
        yield "missing", listed([f"{name} {count:,} ({count / total:.1%})" for name, count in most], 5)


def _labelled(lines: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> list[str]:
    return [f"{label:<8} {text}" for label, text in lines]


def _rows(check: Check, most: int) -> list[tuple[str, ...]]:
    """Return the header and rows of the ranking; nothing where there is none."""
    if not check.ranking:
        return []
    is_quantity = check.ranking[0].spearman is not None or check.ranking[0].measure == "r2"
    measures = ("R2", "rank corr.") if is_quantity else ("AUC",)
    rows = [("column alone", *measures, "holds")]
    for one in check.ranking[:most]:
        scores = (one.score, one.spearman) if is_quantity else (one.score,)
        shown = ("" if score is None else f"{score:.3f}".removeprefix("0") for score in scores)
        rows.append((_short(one.column), *shown, check.kinds[one.column]))
    return rows


def _short(name: str) -> str:
    return name if len(name) <= WIDEST else name[: WIDEST - 3] + "..."


def _table(check: Check, most: int) -> list[str]:
    rows = _rows(check, most)
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    left = len(check.ranking) - most
    return ["", *lines, *([f"and {left:,} more, see --json"] if left > 0 else []), ""]


def _faults(check: Check, room: int) -> list[str]:
    findings = [("note" if finding.gravity == NOTE else "warning", finding.text) for finding in check.findings]
    if len(findings) <= room:
        return _labelled(findings)
    shown = max(room - 1, 1)
    return [*_labelled(findings[:shown]), f"and {len(findings) - shown:,} more, see --json"]
