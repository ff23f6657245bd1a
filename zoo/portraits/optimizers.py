"""The portrait of an optimizer: its ways down two surfaces, beside those of plain gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.optimizers import OPTIMIZERS
from zoo.portraits._page import BLUE, GREY, INK, RED, legend, page, png, tidy, titled
from zoo.portraits._surfaces import STEPS, SURFACES, Surface, Way, best_way
from zoo.showing import of_training, summary_of
from zoo.space import checked

if TYPE_CHECKING:
    from zoo.task import Task

PLAIN = "sgd"
LEVELS = 14  # lines of equal height
MARKED = (10, 100)  # steps
FLOOR = 1e-10  # of heights that are drawn: float32 goes no lower
ABOUT = (
    f"Each way by the learning rate, of 1, 2 and 5 times powers of ten, that leads lowest in {STEPS} steps and never "
    "leaves the picture."
)


def draw(name: str, values: Mapping[str, Any], task: Task | None = None) -> bytes:
    """Return a PNG of ways down both surfaces, and of the heights step by step below them."""
    about = f"{summary_of(OPTIMIZERS.entries[name])} {ABOUT}"
    figure, panels = page(titled(name, values), about, (10.5, 7.6), (2, len(SURFACES)))
    own = checked(of_training(OPTIMIZERS, name), values, "train")
    settings = {key: value for key, value in own.items() if key in values}  # an optimizer knows its own defaults
    names = dict.fromkeys((PLAIN, name))
    for column, surface in enumerate(SURFACES):
        ways = {one: best_way(one, surface, settings if one == name else {}) for one in names}
        _ways(panels[0, column], surface, ways, name)
        _heights(panels[1, column], ways, name)
    return png(figure)


def _ways(axes: Any, surface: Surface, ways: Mapping[str, Way], own: str) -> None:
    """Draw lines of equal height and the ways across them."""
    x, y = np.meshgrid(np.linspace(*surface.across, 240), np.linspace(*surface.up, 240))
    heights = surface.height(x, y)
    levels = np.geomspace(max(heights.min(), heights.max() / 1e5), heights.max(), LEVELS)
    axes.contour(x, y, heights, levels, colors="#CBD5E1", linewidths=0.7, zorder=0)
    for name, way in ways.items():
        color, width = (BLUE, 1.5) if name == own else (GREY, 1.1)
        axes.plot(*way.points.T, color=color, linewidth=width, label=f"{name}, rate {way.rate:g}", zorder=2)
        places = [step for step in MARKED if step < len(way.points)]
        axes.plot(*way.points[places].T, "o", color=color, markersize=4, zorder=3)
    axes.plot(*surface.start, "o", color=INK, markersize=5, zorder=4)
    axes.plot(*surface.least, "*", color=RED, markersize=11, zorder=4)
    axes.set_xlim(surface.across)
    axes.set_ylim(surface.up)
    tidy(axes, surface.name, f"dots after {' and '.join(map(str, MARKED))} steps, a star where it is least")
    legend(axes, "lower right")


def _heights(axes: Any, ways: Mapping[str, Way], own: str) -> None:
    for name, way in ways.items():
        color, width = (BLUE, 1.6) if name == own else (GREY, 1.1)
        axes.plot(np.maximum(way.heights, FLOOR), color=color, linewidth=width, label=name)
    axes.set_yscale("log")
    axes.set_ylim(bottom=FLOOR / 2)
    tidy(axes, "height", "step")
