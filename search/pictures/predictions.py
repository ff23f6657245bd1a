"""What the champion says against what is true, on validation rows; of a forecast, in the course of time as well."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Line, Panel, Picture
from search.pictures._styles import BLUE, INK, ORANGE
from search.report.story import Story
from search.report.validated import ABSENT, Validated
from zoo.goals import plain
from zoo.registry import register

MOST_SHOWN = 2_000  # rows, evenly taken


@register(place=2, kinds=("regression",))
def predictions(story: Story) -> Picture:
    """Each validation row at (true, predicted) in the target's units; on the diagonal it is right.

    Of a forecast all steps are shown so, and beside it the first and the last step in the order of time.
    """
    found, title = story.validated, "Predicted against true"
    if found is None:
        return Picture("predictions", title, missing=ABSENT)
    error = np.abs(found.said - found.truth)
    about = f"{len(found.truth):,} validation rows; half of them are within {plain(np.median(error))} of the truth"
    step = -(-found.truth.size // MOST_SHOWN)
    taken = f", every {step}. is drawn" if step > 1 else ""
    panels = [_scatter(found.truth.ravel()[::step], found.said.ravel()[::step], story.target)]
    if found.ordered:
        panels.append(_course(found, story.target))
    return Picture("predictions", title, panels, f"{about}{taken}.", columns=len(panels))


def _scatter(truth: np.ndarray, said: np.ndarray, target: str) -> Panel:
    ends = [float(min(truth.min(), said.min())), float(max(truth.max(), said.max()))]
    rows = Line(truth.tolist(), said.tolist(), "validation rows", BLUE, 0, marker="circle", size=5)
    diagonal = Line(ends, ends, "right answers", INK, 1.2, "dash")
    return Panel([rows, diagonal], f"true {target}", f"predicted {target}", square=True)


def _course(found: Validated, target: str) -> Panel:
    """Return the latest validation rows in time: what came, and what was said one step and all steps before."""
    truth, said = (part.reshape(len(part), -1)[-MOST_SHOWN:] for part in (found.truth, found.said))
    steps = truth.shape[1]
    times = list(range(len(truth)))
    lines = [Line(times, truth[:, 0].tolist(), "true", INK, 1.2)]
    lines.append(Line(times, said[:, 0].tolist(), "forecast 1 step ahead", BLUE, 1.2, "dash"))
    if steps > 1:
        later = [time + steps - 1 for time in times]
        lines.append(Line(later, said[:, -1].tolist(), f"forecast {steps} steps ahead", ORANGE, 1.2, "dot"))
    return Panel(lines, "validation rows in time", target)
