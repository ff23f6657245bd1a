"""The confusion matrix of the champion on validation rows."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Heat, Panel, Picture, thinned
from search.report.story import Story
from search.report.validated import ABSENT
from zoo.registry import register

MOST_WRITTEN = 15  # classes whose cells have room for a number


@register(place=2, kinds=("classification",))
def confusion(story: Story) -> Picture:
    """Rows of each true class by the class that was said: counts, shaded by their share of the true class."""
    found, title = story.validated, "Confusion matrix"
    if found is None:
        return Picture("confusion", title, missing=ABSENT)
    counts = np.zeros((len(found.classes), len(found.classes)), int)
    np.add.at(counts, (found.truth, found.said), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    written = len(counts) <= MOST_WRITTEN
    texts = [[str(count) if written and count else "" for count in row] for row in counts]
    ticks = thinned(found.classes)
    panel = Panel([Heat(shares, texts)], "said", "true class", x_ticks=ticks, y_ticks=ticks, y_down=True, square=True)
    right = int(np.trace(counts))
    about = f"{right:,} of {len(found.truth):,} validation rows on the diagonal; a row's shades sum to one."
    return Picture("confusion", title, [panel], about, columns=1)
