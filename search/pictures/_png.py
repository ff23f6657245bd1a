"""A picture as PNG, by Matplotlib's objects on the Agg canvas: no window, no browser, no global state."""

from __future__ import annotations

import io
import textwrap
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from search.pictures._chart import Bars, Cells, Heat, Line, Panel, Picture, Sheet, Spans, Texts
from search.pictures._styles import GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXELS_PER_INCH = 110
WIDTH = 9.0  # inches
HEIGHTS = {1: 4.6, 2: 3.6, 3: 2.9, 4: 2.2}  # inches of a panel by the panels of a row
DASHES = {"solid": "-", "dash": (0, (4, 2)), "dot": (0, (1, 2))}
MARKERS = {"": "", "circle": "o", "diamond": "D", "square": "s", "triangle": "^", "cross": "X", "star": "*"}
SHORTEST = 1.3  # inches
FULL_WIDTH = 125  # characters of a table's row


def prepare() -> None:
    """Import Matplotlib ahead of the first picture (.7 s, once a process)."""
    import matplotlib.backends.backend_agg  # noqa: F401


def png(picture: Picture) -> bytes:
    """Return the picture as PNG, about 1,000 pixels wide; without panels it says what is missing."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(picture.columns, len(picture.panels)) or 1
    rows = -(-len(picture.panels) // columns) or 1
    height = _height(picture.panels[0], columns) if picture.panels else SHORTEST
    figure = Figure((WIDTH, rows * height + 0.9), PIXELS_PER_INCH, layout="constrained", facecolor="white")
    figure.suptitle(_words(f"{picture.title}\n"), fontsize=14, color=INK)
    _write_about(figure, picture)
    for axes, panel in zip(figure.subplots(rows, columns, squeeze=False).flat, _padded(picture, rows * columns)):  # noqa: B905
        _draw(axes, panel)
    _write_legend(figure)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the font lacks it; a box stands there
        FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def _write_about(figure: Any, picture: Picture) -> None:
    text = f"Not there yet: {picture.missing}." if picture.missing else picture.about
    lines = "\n".join(textwrap.wrap(text, 125))
    figure.supxlabel(_words(lines), fontsize=9, color=GREY)


def _write_legend(figure: Any) -> None:
    """Name each kind of mark once, whatever the number of panels."""
    named = {}
    for axes in figure.axes:
        handles, labels = axes.get_legend_handles_labels()
        named |= dict(reversed(list(zip(labels, handles, strict=True))))
    if named:
        figure.legend(named.values(), named, loc="outside right upper", fontsize=8, frameon=False)


def _padded(picture: Picture, size: int) -> list[Panel | None]:
    return [*picture.panels, *[None] * (size - len(picture.panels))]


def _height(panel: Panel, columns: int) -> float:
    """Return the inches that a panel needs; what has rows grows with them."""
    height = HEIGHTS[columns]
    for mark in panel.marks:
        if isinstance(mark, Bars):
            height = 0.9 + 0.32 * len(mark.labels)
        elif isinstance(mark, Cells):
            height = 0.5 + 0.3 * (len(mark.rows) + 1)
        elif isinstance(mark, Sheet):
            height = 2.15 * -(-len(mark.images) // mark.columns)
        elif isinstance(mark, Heat):
            height = 6.5
    return height


def _draw(axes: Axes, panel: Panel | None) -> None:
    if panel is None:
        axes.axis("off")
        return
    axes.set_xscale("log" if panel.x_log else "linear")
    axes.set_yscale("log" if panel.y_log else "linear")
    for mark in panel.marks:
        _MARKS[type(mark)](axes, mark)
    _label(axes, panel)


def _label(axes: Axes, panel: Panel) -> None:
    axes.set_title(_words(panel.title), fontsize=8 if "\n" in panel.title else 10, color=INK)
    if panel.bare:
        axes.axis("off")
        return
    axes.set_xlabel(_words(panel.x_label), fontsize=10)
    axes.set_ylabel(_words(panel.y_label), fontsize=10)
    axes.tick_params(labelsize=8)
    if not any(isinstance(mark, Heat) for mark in panel.marks):
        axes.grid(True, color="#E5E7EB", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if panel.counts and not panel.x_log:
        _count(axes)
    _tick(axes.xaxis, panel.x_ticks)
    _tick(axes.yaxis, panel.y_ticks)
    _turn(axes, panel)
    if panel.y_down and not axes.yaxis_inverted():
        axes.invert_yaxis()
    if panel.square:
        axes.set_aspect("equal", adjustable="box")


def _count(axes: Axes) -> None:
    """Write whole numbers only, one where there is but one."""
    low, high = axes.dataLim.intervalx
    axes.xaxis.get_major_locator().set_params(integer=True)
    if low == high:
        axes.set_xlim(low - 1, high + 1)


def _tick(axis: Any, ticks: Any) -> None:
    if ticks is not None:
        axis.set_ticks([place for place, _ in ticks], [_words(label) for _, label in ticks])
        axis.minorticks_off()


def _turn(axes: Axes, panel: Panel) -> None:
    """Turn tick labels that would run into each other."""
    if sum(len(label) + 2 for _, label in panel.x_ticks or ()) > 60:
        axes.tick_params(axis="x", labelrotation=45)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")


def _line(axes: Axes, mark: Line) -> None:
    y = [np.nan if value is None else value for value in mark.y]
    style = DASHES[mark.dash] if mark.width else "none"
    look = {"markersize": mark.size, "markeredgecolor": "white", "markeredgewidth": 0.5}
    look |= {"zorder": 2.5 if mark.width else 3}
    name = _words(mark.name) or "_"
    axes.plot(mark.x, y, color=mark.color, lw=mark.width, ls=style, marker=MARKERS[mark.marker], label=name, **look)


def _bars(axes: Axes, mark: Bars) -> None:
    places = range(len(mark.labels))
    bars = axes.barh(places, mark.values, color=mark.color, height=0.7)
    axes.bar_label(bars, mark.texts, padding=3, fontsize=9)
    axes.set_yticks(places, [_words(label) for label in mark.labels])
    axes.invert_yaxis()
    axes.margins(x=0.1)


def _spans(axes: Axes, mark: Spans) -> None:
    widths = [end - start for start, end in zip(mark.starts, mark.ends, strict=True)]
    look = {"facecolor": mark.color, "edgecolor": "white", "linewidth": 0.4, "hatch": 2 * mark.hatch}
    axes.barh(mark.rows, widths, 0.8, mark.starts, label=mark.name, **look)


def _heat(axes: Axes, mark: Heat) -> None:
    axes.imshow(mark.shares, cmap="Blues", vmin=0, vmax=1, aspect="equal")
    for row, texts in enumerate(mark.texts):
        for column, text in enumerate(texts):
            color = "white" if mark.shares[row, column] > 0.5 else INK
            axes.text(column, row, text, ha="center", va="center", fontsize=9, color=color)


def _sheet(axes: Axes, mark: Sheet) -> None:
    for place, (image, caption) in enumerate(zip(mark.images, mark.captions, strict=True)):
        row, column = divmod(place, mark.columns)
        axes.imshow(image, extent=(column + 0.1, column + 0.9, -row - 0.8, -row), interpolation="nearest")
        axes.text(column + 0.5, -row - 0.83, _words(caption), ha="center", va="top", fontsize=9, color=INK)
    axes.set_xlim(0, mark.columns)
    rows = -(-len(mark.images) // mark.columns)
    axes.set_ylim(-rows - 0.05, 0.05)
    axes.set_aspect("equal")


def _cells(axes: Axes, mark: Cells) -> None:
    rows = [[_words(cell) for cell in row] for row in mark.rows]
    longest = [max(map(len, column)) + 2 for column in zip(mark.columns, *mark.rows, strict=True)]
    widths = [length / max(sum(longest), FULL_WIDTH) for length in longest]
    heads = [_words(column) for column in mark.columns]
    table = axes.table(rows, colLabels=heads, colWidths=widths, loc="upper center", cellLoc="right")
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    table.scale(1, 1.4)
    for (row, _), cell in table.get_celld().items():
        cell.set_edgecolor("#E5E7EB")
        cell.set_text_props(weight="bold" if row == 0 else "normal", color=INK)


def _texts(axes: Axes, mark: Texts) -> None:
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    look = {"textcoords": "offset points", "fontsize": 8, "color": INK, "zorder": 4}
    look |= {"ha": "center", "va": "bottom"} if mark.above else {"va": "center", "bbox": box}
    for x, y, text in zip(mark.x, mark.y, mark.texts, strict=True):
        axes.annotate(_words(text), (x, y), (0, 6) if mark.above else (4, 0), **look)


def _words(text: str) -> str:
    """Return text that Matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


_MARKS = {
    Line: _line, Bars: _bars, Spans: _spans, Heat: _heat, Sheet: _sheet, Cells: _cells, Texts: _texts
}  # fmt: skip
