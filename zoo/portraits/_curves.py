"""Curves beside their gradients: what portraits of activations and of losses are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from zoo.portraits._page import BLUE, COLORS, GREY, INK, legend, page, png, tidy

INCHES = (10.0, 4.4)
MARGIN = 0.06  # of the range of heights, at both ends
SOME = 0.25  # of that range is for lines beside those that the picture is about, which may leave it


class Curve(NamedTuple):
    """One line: what it is called, its values at the points, and its slope there; how it is drawn.

    `usual` is the line that the picture is about, `beside` one to compare it with.
    """

    label: str
    values: np.ndarray
    slopes: np.ndarray
    usual: bool = True
    beside: bool = False


def traced(function: Callable[[Any], Any], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a function's answers (n, columns) at `points` (n,), and their slopes there.

    Each row of answers must follow from its own point alone.
    """
    import tensorflow as tf

    moving = tf.Variable(points)
    with tf.GradientTape(persistent=True) as tape:
        answers = function(moving + 0.0)
        columns = tf.unstack(answers, axis=1)
    slopes = [tape.gradient(column, moving, unconnected_gradients="zero") for column in columns]
    return answers.numpy(), np.stack([slope.numpy() for slope in slopes], axis=1)


def drawn(title: str, about: str, points: np.ndarray, curves: Sequence[Curve], names: tuple[str, str]) -> bytes:
    """Return a PNG: the curves on the left, their slopes on the right; `names` are of the curves and of the points."""
    figure, ((left, right),) = page(title, about, INCHES, (1, 2))
    colors = iter(COLORS[1:] if any(not curve.usual for curve in curves) else COLORS)
    for curve in sorted(curves, key=lambda one: (not one.beside, one.usual)):
        several = sum(one.usual for one in curves) > 1
        color = GREY if curve.beside else BLUE if curve.usual and not several else next(colors)
        style: dict[str, Any] = {"color": color, "linewidth": 2.2 if curve.usual else 1.2}
        style |= {"linestyle": "--"} if curve.beside else {}
        left.plot(points, curve.values, label=curve.label, **style)
        right.plot(points, curve.slopes, **style)
    for axes, name, place in ((left, names[0], "values"), (right, "gradient", "slopes")):
        axes.set_ylim(*_ends(curves, place))
        axes.axhline(0, color=INK, linewidth=0.6, zorder=1)
        axes.axvline(0, color=INK, linewidth=0.6, zorder=1)
        tidy(axes, name, names[1])
    legend(left)
    return png(figure)


def _ends(curves: Sequence[Curve], place: str) -> tuple[float, float]:
    """Return the ends of an axis that shows 0, all of the lines that the picture is about, and some of the others."""
    whole = [np.append(getattr(curve, place), 0.0) for curve in curves if not curve.beside]
    low, high = min(line.min() for line in whole), max(line.max() for line in whole)
    more = SOME * (high - low)
    others = [getattr(curve, place) for curve in curves if curve.beside]
    if others:
        low = min(low, max(low - more, min(line.min() for line in others)))
        high = max(high, min(high + more, max(line.max() for line in others)))
    return float(low - MARGIN * (high - low)), float(high + MARGIN * (high - low))
