"""Residuals of the champion on validation rows: where it errs, and which way."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Line, Panel, Picture
from search.pictures._styles import BLUE, INK
from search.report.story import Story
from search.report.validated import ABSENT, Validated
from zoo.goals import plain
from zoo.registry import register

MOST_SHOWN = 2_000  # rows, evenly taken
BINS = 30


@register(place=3, kinds=("regression",))
def residuals(story: Story) -> Picture:
    """Predicted minus true against predicted, how often each residual is; of a forecast the error by steps too."""
    found, title = story.validated, "Residuals"
    if found is None:
        return Picture("residuals", title, missing=ABSENT)
    off = (found.said - found.truth).ravel()
    panels = [_scatter(found.said.ravel(), off, story.target), _frequencies(off)]
    if found.truth.ndim > 1 and found.truth.shape[1] > 1:
        panels.append(_by_step(found))
    low, middle, high = np.quantile(off, (0.05, 0.5, 0.95))
    about = (
        f"Predicted minus true: above 0 too much was said. Half are below {plain(middle)}, nine of ten lie between "
        f"{plain(low)} and {plain(high)}. A slope or a funnel on the left is structure that the model missed."
    )
    return Picture("residuals", title, panels, about, columns=len(panels))


def _scatter(said: np.ndarray, off: np.ndarray, target: str) -> Panel:
    step = -(-len(said) // MOST_SHOWN)
    rows = Line(said[::step].tolist(), off[::step].tolist(), "", BLUE, 0, marker="circle", size=4)
    ends = [float(said.min()), float(said.max())]
    return Panel([rows, Line(ends, [0.0, 0.0], "", INK, 1.2, "dash")], f"predicted {target}", "predicted - true")


def _frequencies(off: np.ndarray) -> Panel:
    counts, edges = np.histogram(off, BINS)
    x = np.repeat(edges, 2)
    y = np.concatenate([[0], np.repeat(counts, 2), [0]])
    top = float(counts.max())
    marks = [Line([0.0, 0.0], [0.0, top], "", INK, 1.2, "dash"), Line(x.tolist(), y.tolist(), "", BLUE, 1.6)]
    return Panel(marks, "predicted - true", "validation rows")


def _by_step(found: Validated) -> Panel:
    error = np.abs(found.said - found.truth).mean(axis=0)
    steps = list(range(1, len(error) + 1))
    return Panel([Line(steps, error.tolist(), "", BLUE, 1.6, marker="circle", size=4)], "steps ahead", "mean error")
