"""The picture of trainings side by side: how far apart each pair of them came, step by step and at worst."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .side_by_side import NEAR, Comparison

COLORS = {"optimizer": "#2563EB", "step": "#7C3AED", "loss": "#DC2626", "activation": "#059669", "network": "#F59E0B"}
INK, RULE = "#1F2937", "#E5E7EB"
LEAST = 1e-9  # where nothing is apart


def draw(comparisons: Sequence[Comparison], file: Path) -> None:
    """Write a PNG: on the left a line a pair over its steps, on the right the worst of each, by name."""
    height = 1.6 + 0.24 * max(14, len(comparisons))
    figure = Figure((11.0, height), 110, layout="constrained", facecolor="white")
    figure.suptitle(
        "The zoo's compiled float32 training beside the same steps in float64 NumPy", fontsize=13, color=INK
    )
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    _lines(left, comparisons)
    _worst(right, comparisons)
    with file.open("xb") as out:
        FigureCanvasAgg(figure).print_png(out)


def _lines(axes: Any, comparisons: Sequence[Comparison]) -> None:
    named: set[str] = set()
    for one in comparisons:
        label = "" if one.case.kind in named else one.case.kind
        named.add(one.case.kind)
        heights = [max(distance, LEAST) for distance in one.distances]
        axes.plot(one.steps, heights, color=COLORS[one.case.kind], alpha=0.7, linewidth=1.3, label=label)
    axes.axhline(NEAR, color=INK, linestyle="--", linewidth=1)
    axes.annotate("required", (1, NEAR), (2, 3), textcoords="offset points", fontsize=9, color=INK)
    axes.set_xlim(left=0)
    axes.set_xticks(comparisons[0].steps)
    axes.set_xlabel("step")
    axes.set_title("distance of all weights, relative to their norm", fontsize=10, color=INK)
    axes.legend(fontsize=9, frameon=False, loc="lower right")
    _tidy(axes)


def _worst(axes: Any, comparisons: Sequence[Comparison]) -> None:
    places = range(len(comparisons))
    for place, one in zip(places, comparisons, strict=True):
        worst = max(one.apart, LEAST)
        axes.plot([LEAST, worst], [place, place], color=RULE, linewidth=1, zorder=1)
        axes.plot([worst], [place], "o", color=COLORS[one.case.kind], markersize=5, zorder=2)
    axes.axvline(NEAR, color=INK, linestyle="--", linewidth=1)
    axes.set_yticks(places, [one.case.name for one in comparisons], fontsize=8)
    axes.set_ylim(len(comparisons) - 0.5, -0.5)
    axes.set_xlim(left=LEAST)
    axes.set_xscale("log")
    axes.set_title("the weight that is furthest apart, at its worst step", fontsize=10, color=INK)
    _tidy(axes, log="x")


def _tidy(axes: Any, log: str = "y") -> None:
    if log == "y":
        axes.set_yscale("log")
    axes.tick_params(labelsize=8, length=0)
    axes.grid(True, color=RULE, linewidth=0.6, axis="both" if log == "y" else "x")
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
