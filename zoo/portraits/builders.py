"""The portrait of a builder: the layers that it builds for a task, from the rows down to the answer."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from zoo.builders import BUILDERS, build, require_accepts
from zoo.portraits._graph import Box, boxes_of
from zoo.portraits._layout import Layout, layout
from zoo.portraits._page import GREY, INK, page, plain, png, rounded, way
from zoo.portraits._ways import LINE, PADDING, RISE, WIDTH, Placed
from zoo.showing import sizes_in_words, task_in_words
from zoo.sizes import sizes_of
from zoo.starts import without_starts
from zoo.task import Task

LABELS = tuple("0123456789")
USUAL = {  # tasks to draw for when no data is named
    "image": Task("image", (32, 32, 3), LABELS, "uint8"),
    "table": Task("table", (12,), LABELS[:3]),
    "series": Task("series", (64, 3), LABELS[:3]),
    "text": Task("text", (64,), LABELS[:3], "int32", vocabulary=5000),
    "audio": Task("audio", (49, 40, 1), LABELS),
}
FACES = {  # of boxes by kind: face and edge
    "convolution": ("#DBEAFE", "#3B82F6"),
    "recurrent": ("#D1FAE5", "#10B981"),
    "dense": ("#EDE9FE", "#8B5CF6"),
    "pooling": ("#FEF3C7", "#F59E0B"),
    "merge": ("#FEE2E2", "#EF4444"),
    "input": ("#E5E7EB", "#6B7280"),
    "": ("#F9FAFB", "#9CA3AF"),
}
LETTERS = 38  # that fit into the width of a box
LETTERS_OF_HEAD = 13  # that stand on an inch of what is said above
MARGIN, TITLE, NARROWEST = 0.25, 0.45, 5.0  # inches


def usual_task(name: str) -> Task:
    """Return the task that a builder is drawn for when no data is named: of the first kind of rows that it takes."""
    return USUAL[BUILDERS.entries[name].facts["accepts"][0]]


def draw(name: str, values: Mapping[str, Any], task: Task | None = None) -> bytes:
    """Return a PNG of the layers; the caller's task, or a usual one, says what comes in and goes out."""
    task = task or usual_task(name)
    require_accepts(name, task.modality)
    with without_starts():
        network = build(name, task, **values)
    about = f"{sizes_in_words(sizes_of(network))}; rows: {task_in_words(task)}"
    return drawn(layout(boxes_of(network)), name, about)


def drawn(found: Layout, title: str, about: str) -> bytes:
    """Return a PNG of boxes in their places, under a title and what is said of them."""
    width = max(found.size[0] + 2 * MARGIN, NARROWEST)
    said = textwrap.wrap(about.replace(" x ", "\u00a0x\u00a0"), int(LETTERS_OF_HEAD * width))
    height = found.size[1] + TITLE + LINE * len(said) + 2 * MARGIN
    figure, ((axes,),) = page("", "", (width, height))
    figure.set_layout_engine("none")
    left = (width - found.size[0]) / 2
    axes.set_position((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(-left, width - left)
    axes.set_ylim(-MARGIN, height - MARGIN)
    middle, top = width / 2 - left, height - MARGIN
    axes.text(middle, top - TITLE / 2, plain(title), ha="center", va="center", fontsize=13, color=INK)
    for number, line in enumerate(said):
        place = (middle, top - TITLE - number * LINE)
        axes.text(*place, plain(line), ha="center", va="center", fontsize=9, color=GREY)
    for points in found.ways:
        way(axes, points, RISE / 3)
    for one in found.placed:
        _box(axes, one)
    return png(figure)


def _box(axes: Any, placed: Placed) -> None:
    """Draw a box: a line of words a layer, and its shape and numbers in grey."""
    box, (left, low) = placed.box, placed.corner
    rounded(axes, placed.corner, placed.size, FACES[box.kind])
    high = low + placed.size[1] - PADDING / 2
    for number, line in enumerate([*box.lines, _foot(box)]):
        own = {"color": INK if number < len(box.lines) else GREY, "fontsize": 8 if number < len(box.lines) else 7}
        weight = "bold" if not number else "normal"
        middle = (left + WIDTH / 2, high - (number + 0.5) * LINE)
        axes.text(*middle, plain(_short(line)), ha="center", va="center", fontweight=weight, **own)


def _foot(box: Box) -> str:
    numbers = f"   {box.parameters:,} parameters" if box.parameters else ""
    return f"{box.shape}{numbers}"


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 2]}.."
