"""Pages for portraits: Matplotlib's objects on the Agg canvas, without a window and without global state."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PIXELS_PER_INCH = 110
LETTERS = 13  # of what is said of a page, that stand on an inch
INK, GREY, RULE, PALE = "#1F2937", "#6B7280", "#E5E7EB", "#9CA3AF"
BLUE, RED, GREEN, AMBER, VIOLET = "#2563EB", "#DC2626", "#059669", "#D97706", "#7C3AED"
COLORS = (BLUE, RED, GREEN, AMBER, VIOLET)


def page(title: str, about: str, inches: tuple[float, float], grid: tuple[int, int] = (1, 1)) -> tuple[Figure, Any]:
    """Return a figure under its title, and the array (rows, columns) of its axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(inches, PIXELS_PER_INCH, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    figure.suptitle(plain(title), fontsize=13, color=INK)
    if about:
        figure.supxlabel(plain(textwrap.fill(about, int(LETTERS * inches[0]))), fontsize=9, color=GREY)
    return figure, figure.subplots(*grid, squeeze=False)


def titled(name: str, values: Mapping[str, Any]) -> str:
    """Return the title of a part that is drawn with `values`: elu, alpha 0.5."""
    shown = (f"{value:g}" if isinstance(value, float) else value for value in values.values())
    return ", ".join([name, *(f"{key} {value}" for key, value in zip(values, shown, strict=True))])


def png(figure: Figure) -> bytes:
    """Return the figure as PNG."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the font lacks it; a box stands there
        figure.canvas.print_png(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def plain(text: str) -> str:
    """Return text that Matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


def tidy(axes: Axes, title: str, below: str = "") -> None:
    """Give a panel its title, light rules and no frame but the axes."""
    axes.set_title(plain(title), fontsize=10, color=INK)
    axes.set_xlabel(plain(below), fontsize=9, color=GREY)
    axes.tick_params(labelsize=8, color=RULE)
    axes.set_axisbelow(True)
    axes.grid(True, color=RULE, linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(PALE)


def legend(axes: Axes, place: str = "best") -> None:
    """Name the lines of a panel, where more than one bears a name."""
    if len(axes.get_legend_handles_labels()[1]) > 1:
        axes.legend(fontsize=8, frameon=False, loc=place)


def rounded(axes: Axes, corner: tuple[float, float], size: tuple[float, float], colors: Sequence[str]) -> None:
    """Draw a box with round corners, given its lower left one, width and height, and the colours of face and edge."""
    from matplotlib.patches import FancyBboxPatch

    style, (face, edge) = "round,pad=0,rounding_size=0.07", colors
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=style, facecolor=face, edgecolor=edge, linewidth=1.1))


def way(axes: Axes, points: Sequence[tuple[float, float]], bend: float) -> None:
    """Draw an arrow along `points`, its corners rounded by `bend`."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    places, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        places += [_towards(corner, before, bend), corner, _towards(corner, after, bend)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    path = Path([*places, points[-1]], [*codes, Path.LINETO])
    axes.add_patch(FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=8, color=PALE, linewidth=1.1, zorder=0))


def _towards(corner: tuple[float, float], other: tuple[float, float], bend: float) -> tuple[float, float]:
    """Return the point `bend` away from the corner on the way to the other point, or half way where that is near."""
    across, up = other[0] - corner[0], other[1] - corner[1]
    length = (across**2 + up**2) ** 0.5
    share = min(bend, length / 2) / length if length else 0.0
    return corner[0] + share * across, corner[1] + share * up
