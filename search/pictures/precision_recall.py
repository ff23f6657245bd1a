"""The precision-recall curve of the champion on validation rows, which tells more than ROC where a class is rare."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Line, Panel, Picture
from search.pictures._classes import curves_of, lines_of, mean_area
from search.pictures._scores import precision_recall as of_scores
from search.pictures._styles import GREY
from search.report.story import Story
from search.report.validated import ABSENT, Validated
from zoo.registry import register


@register(place=4, kinds=("classification",))
def precision_recall(story: Story) -> Picture:
    """Precision against recall over all thresholds, each class against the others."""
    found, title = story.validated, "Precision and recall"
    if found is None:
        return Picture("precision_recall", title, missing=ABSENT)
    curves = curves_of(found, of_scores)
    if not curves:
        return Picture("precision_recall", title, missing="the validation rows are all of one class")
    rate = _rate(found)
    chance = Line([0.0, 1.0], [rate, rate], f"by chance {rate:.3f}", GREY, 1.0, "dash")
    panel = Panel([chance, *lines_of(curves)], "recall", "precision", square=True)
    several = " in the mean of the classes, each against the others; the worst are named" if len(curves) > 1 else ""
    about = f"Average precision: {mean_area(curves):.3f}{several}. By chance it is the share of the class."
    return Picture("precision_recall", title, [panel], about, columns=1)


def _rate(found: Validated) -> float:
    """Return the share of the second of two classes, or of any of several in the mean."""
    shares = np.bincount(found.truth, minlength=len(found.classes)) / len(found.truth)
    return float(shares[1] if len(shares) == 2 else shares[shares > 0].mean())
