"""One curve a class against all others, of the champion on validation rows: few classes in colour, the rest pale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from search.pictures._chart import Line, short
from search.pictures._scores import Curve
from search.pictures._styles import LINES, PALE
from search.report.validated import Validated

DASHES = ("solid", "dash", "dot")
MOST_POINTS = 500  # of a curve


def curves_of(found: Validated, curve: Callable[[np.ndarray, np.ndarray], Curve]) -> dict[str, Curve]:
    """Return the curve of each class that some rows have and others have not; of two classes the second one's alone."""
    places = range(1, 2) if len(found.classes) == 2 else range(len(found.classes))
    own = {found.classes[place]: (found.truth == place, found.answers[:, place]) for place in places}
    return {name: curve(truth, scores) for name, (truth, scores) in own.items() if 0 < truth.sum() < len(truth)}


def lines_of(curves: dict[str, Curve]) -> list[Line]:
    """Return a line a class, those with the smallest areas in colour and named, the worst on top."""
    worst = sorted(curves, key=lambda name: curves[name].area)
    lines = [_line(curves[name], "", PALE, 1.0) for name in worst[len(LINES) :]]
    named = enumerate(worst[: len(LINES)])
    looks = [(name, f"{short(name, 16)} {curves[name].area:.3f}", LINES[at], DASHES[at % 3]) for at, name in named]
    return [*lines, *(_line(curves[name], words, color, 1.6, dash) for name, words, color, dash in reversed(looks))]


def mean_area(curves: dict[str, Curve]) -> float:
    """Return the mean of the areas, each class counted alike."""
    return float(np.mean([curve.area for curve in curves.values()]))


def _line(curve: Curve, name: str, color: str, width: float, dash: str = "solid") -> Line:
    step = -(-len(curve.x) // MOST_POINTS)
    kept = np.unique(np.append(np.arange(0, len(curve.x), step), len(curve.x) - 1))
    return Line(curve.x[kept].tolist(), curve.y[kept].tolist(), name, color, width, dash)
