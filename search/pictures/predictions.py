"""What the champion says against what is true, on validation rows."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Line, Panel, Picture
from search.pictures._styles import BLUE, INK
from search.story import Story
from search.validated import ABSENT
from zoo.goals import plain
from zoo.registry import register

MOST_SHOWN = 2_000  # rows, evenly taken


@register(place=2, kinds=("regression",))
def predictions(story: Story) -> Picture:
    """Each validation row at (true, predicted) in the target's units; on the diagonal it is right."""
    found, title = story.validated, "Predicted against true"
    if found is None:
        return Picture("predictions", title, missing=ABSENT)
    step = -(-len(found.truth) // MOST_SHOWN)
    truth, said = found.truth[::step], found.said[::step]
    ends = [float(min(truth.min(), said.min())), float(max(truth.max(), said.max()))]
    rows = Line(truth.tolist(), said.tolist(), "validation rows", BLUE, 0, marker="circle", size=5)
    diagonal = Line(ends, ends, "right answers", INK, 1.2, "dash")
    panel = Panel([rows, diagonal], f"true {story.target}", f"predicted {story.target}", square=True)
    error = found.said - found.truth
    about = (
        f"{len(found.truth):,} validation rows; half of them are within {plain(np.median(np.abs(error)))} of the truth"
    )
    taken = f", every {step}. is drawn" if step > 1 else ""
    return Picture("predictions", title, [panel], f"{about}{taken}.", columns=1)
