"""A compression as a picture: the score of each file against its bytes, its memory and, where known, its time."""

from __future__ import annotations

from collections.abc import Sequence

from search.compressing.answers import Compressed
from search.compressing.rows import Row
from search.pictures._chart import Line, Panel, Picture, Texts
from search.pictures._frame import frame_of, round_ticks
from search.pictures._styles import BLUE, FAINT, INK, RED
from zoo.goals import shown

WORDS = {
    **{"bytes": "bytes of the file", "ram": "memory it needs (bytes)", "latency": "time (ms a row)"},
    **{"macs": "multiply-adds a row", "params": "numbers in its weights"},
}
MOST_NAMED = 8


def picture(answer: Compressed) -> Picture:
    """Return the score against each cost that is known of files, where none beats the blue ones; the star ships."""
    rows = [row for row in answer.rows if row.validation is not None]
    panels = [_panel(answer, known, cost) for cost in answer.costs if len(known := _known(rows, cost)) > 1]
    title = "The files of a compression"
    if not panels:
        return Picture("front", title, missing="fewer than two files were measured")
    floor, drop = shown(answer.bounds.goal, answer.bounds.floor), shown(answer.bounds.goal, answer.score)
    about = (
        f"Below the red line ({floor}, from {drop}) a file loses too much. Blue: none beats these in both the score "
        f"and what the panel shows. Crosses failed their proof. {_of_limits(answer)}The star is the file to ship."
    )
    return Picture("front", title, panels, about, columns=min(2, len(panels)))


def _of_limits(answer: Compressed) -> str:
    return "Dotted lines are limits. " if any(limit.name in answer.costs for limit in answer.bounds.limits) else ""


def _known(rows: Sequence[Row], cost: str) -> list[Row]:
    return [row for row in rows if cost in row.costs]


def _panel(answer: Compressed, rows: Sequence[Row], cost: str) -> Panel:
    goal, floor = answer.bounds.goal, answer.bounds.floor
    bounds = [limit.bound for limit in answer.bounds.limits if limit.name == cost]
    xs = [*(row.costs[cost] for row in rows), *bounds]
    log = max(xs) > 6 * min(xs)
    near = [row.validation[goal] for row in rows if answer.bounds.holds_score(row)]
    frame = frame_of(xs, log, goal, [*near, floor], [row.validation[goal] for row in rows])
    line = Line([frame.left, frame.right], [floor, floor], "", RED, 1.2, "dash")
    limits = [Line([bound, bound], [frame.low, frame.high], "", RED, 1.2, "dot") for bound in bounds]
    groups = [(group, look) for group, look in _groups(answer, rows, cost) if group]
    marks = [line, *limits, *(_dots(answer, group, cost, frame.height, look) for group, look in groups)]
    ticks = round_ticks(frame.left, frame.right, log) if cost != "latency" else None
    words = f"{WORDS[cost]}{', log scale' if log else ''}"
    return Panel([*marks, _names(answer, rows, cost)], words, f"validation {goal}", "", log, x_ticks=ticks)


def _groups(answer: Compressed, rows: Sequence[Row], cost: str) -> list[tuple[list[Row], tuple[str, str, str, float]]]:
    """Return the rows by how they are shown, from the least to the most that matter."""
    pick, front = answer.pick, {row.key for row in answer.fronts[cost]}
    failed = [row for row in rows if row.proof is None or not row.proof["passed"]]
    others = [row for row in rows if row not in failed]
    best = [row for row in others if row.key in front]
    return [
        (failed, ("proof failed", FAINT, "cross", 6)),
        ([row for row in others if row not in best], ("beaten", FAINT, "circle", 6)),
        (best, ("none beats it", BLUE, "circle", 8)),
        ([row for row in others if pick is not None and row.key == pick.key], ("to ship", INK, "star", 14)),
    ]


def _dots(answer: Compressed, rows: Sequence[Row], cost: str, height, look) -> Line:
    name, color, marker, size = look
    goal = answer.bounds.goal
    heights = [height(goal, row.validation[goal]) for row in rows]
    texts = [f"{row.method}, {row.precision}: {shown(goal, row.validation[goal])}" for row in rows]
    return Line([row.costs[cost] for row in rows], heights, name, color, 0, marker=marker, size=size, texts=texts)


def _names(answer: Compressed, rows: Sequence[Row], cost: str) -> Texts:
    """Return the precisions of the smallest files of the front, written above their points."""
    front = {row.key for row in answer.fronts[cost][:MOST_NAMED]}
    named = [row for row in rows if row.key in front and answer.bounds.holds_score(row)]
    places = [row.costs[cost] for row in named]
    return Texts(
        places, [row.validation[answer.bounds.goal] for row in named], [r.precision for r in named], above=True
    )
