"""The reliability diagram: whether the champion is right as often as it is sure."""

from __future__ import annotations

from search.pictures._chart import Line, Panel, Picture
from search.pictures._scores import BINS, Reliability, reliability
from search.pictures._styles import BLUE, GREY
from search.report.story import Story
from search.report.validated import ABSENT
from zoo.registry import register


@register(place=5, kinds=("classification",))
def calibration(story: Story) -> Picture:
    """Share of right answers by their probability, in bins of a tenth, and how many answers each bin holds."""
    found, title = story.validated, "Calibration"
    if found is None:
        return Picture("calibration", title, missing=ABSENT)
    bins = reliability(found.answers, found.truth)
    about = (
        f"Expected calibration error {bins.error:.3f}: so far are probabilities and shares of right answers apart, in "
        f"the mean of {len(found.truth):,} validation rows. Below the diagonal the model is surer than it may be; "
        "a bin of few rows says little."
    )
    return Picture("calibration", title, [_diagram(bins), _held(bins)], about)


def _diagram(bins: Reliability) -> Panel:
    ideal = Line([0.0, 1.0], [0.0, 1.0], "as sure as right", GREY, 1.0, "dash")
    texts = [f"{share:.1%} of the rows" for share in bins.share]
    own = Line(bins.confidence.tolist(), bins.accuracy.tolist(), "answers", BLUE, 1.6, "solid", "circle", 7, texts)
    return Panel([ideal, own], "probability of the said class", "share that is right", square=True)


def _held(bins: Reliability) -> Panel:
    """Return how many answers are how sure, as steps."""
    x: list[float] = []
    y: list[float | None] = []
    for confidence, share in zip(bins.confidence, bins.share, strict=True):
        left = min(int(confidence * BINS), BINS - 1) / BINS
        x += [left, left, left + 1 / BINS, left + 1 / BINS, left + 1 / BINS]
        y += [0.0, float(share), float(share), 0.0, None]
    return Panel([Line(x, y, "", BLUE, 1.6)], "probability of the said class", "share of the rows")
