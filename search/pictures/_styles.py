"""One look for all pictures: colours that differ in brightness too, and a marker and a hatch for each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Okabe and Ito's colours, darkened where white paper asks for contrast.
BLUE, ORANGE, GREEN, PURPLE, GREY, INK = "#0072B2", "#C75000", "#00795A", "#A3487F", "#6B7280", "#1F2937"
RED, PALE, FAINT = "#B91C1C", "#D1D5DB", "#A8B5C4"
LINES = (INK, BLUE, ORANGE, GREEN, PURPLE)  # the champion first
MARKERS = ("star", "circle", "diamond", "square", "triangle")
SHADES = ("#00224E", "#35598C", "#7C7B78", "#B9A54C", "#E6CB1E")  # cividis: dark is best


@dataclass(frozen=True)
class Style:
    """How a trial's state is shown and called."""

    words: str
    color: str
    marker: str
    hatch: str = ""


STATES: Mapping[str, Style] = {
    "finished": Style("finished", BLUE, "circle"),
    "pruned": Style("stopped early", ORANGE, "diamond", "/"),
    "failed": Style("failed", RED, "cross", "x"),
    "killed": Style("killed, ran again", GREY, "triangle", "."),
    "interrupted": Style("interrupted, ran again", PURPLE, "triangle", "-"),
    "running": Style("running", GREEN, "square", "+"),
}
