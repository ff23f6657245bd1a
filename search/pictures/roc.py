"""The ROC curve of the champion on validation rows: what is found against what is taken for it."""

from __future__ import annotations

from search.pictures._chart import Line, Panel, Picture
from search.pictures._classes import curves_of, lines_of, mean_area
from search.pictures._scores import roc as of_scores
from search.pictures._styles import GREY
from search.report.story import Story
from search.report.validated import ABSENT
from zoo.registry import register


@register(place=3, kinds=("classification",))
def roc(story: Story) -> Picture:
    """True positive rate against false positive rate over all thresholds, each class against the others."""
    found, title = story.validated, "ROC curve"
    if found is None:
        return Picture("roc", title, missing=ABSENT)
    curves = curves_of(found, of_scores)
    if not curves:
        return Picture("roc", title, missing="the validation rows are all of one class")
    chance = Line([0.0, 1.0], [0.0, 1.0], "by chance .5", GREY, 1.0, "dash")
    panel = Panel([chance, *lines_of(curves)], "false positive rate", "true positive rate", square=True)
    several = " in the mean of the classes, each against the others; the worst are named" if len(curves) > 1 else ""
    about = f"Area below the curve: {mean_area(curves):.3f}{several}. 1 is perfect, .5 is chance."
    return Picture("roc", title, [panel], about, columns=1)
