"""Pages in the dark: they follow the reader's system, drawings too, whose colours Plotly takes from no style sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping

from search.pictures._styles import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PALE, PURPLE, RED, SHADES

GRID, HIGH, MIDDLE, LOW = "#E5E7EB", "#08306B", "#6BAED6", "#F7FBFF"  # and the scale of a grid of shares
PAPER, CLEAR, VEIL = "#111827", "rgba(0,0,0,0)", "rgba(255,255,255,0.8)"  # behind words that stand on a drawing
# What stands in for a colour on a dark page; what is dark for the most on white is bright for the most here.
DARK: Mapping[str, str] = {
    **{INK: "#E5E7EB", GREY: "#9CA3AF", GRID: "#374151", PALE: "#4B5563", FAINT: "#64748B"},
    **{BLUE: "#5AB4E5", ORANGE: "#F5964F", GREEN: "#3CC79B", PURPLE: "#DE8FC0", RED: "#F87171"},
    **{HIGH: "#BFDBFE", MIDDLE: "#2F6FB0", LOW: "#16213A", VEIL: "rgba(17,24,39,0.8)"},
    **dict(zip(SHADES, reversed(SHADES), strict=True)),
}
LOOK = """
:root { color-scheme: light dark }
@media screen and (prefers-color-scheme: dark) {
  body { background: #111827; color: #e5e7eb }
  a, details summary { color: #5ab4e5 }
  .about { color: #9ca3af }
  th { background: #1f2937 } th, td, h2 { border-color: #374151 }
  pre { background: #1f2937 }
  .good { color: #3cc79b } .bad { color: #f87171 }
}
"""


def script() -> str:
    """Return the JavaScript that pages run after Plotly's: `inThisLight` gives a figure the colours of the page."""
    return _SCRIPT.replace("DARK_COLORS", json.dumps({name.lower(): color for name, color in DARK.items()}))


_SCRIPT = r"""
;const zooDark = window.matchMedia ? matchMedia("(prefers-color-scheme: dark)") : {matches: false};
const zooColors = DARK_COLORS, zooFigures = [];
function zooLight(value) {
  if (!zooDark.matches) return value;
  const color = text => zooColors[text.toLowerCase()] || text;
  return JSON.parse(JSON.stringify(value).replace(/"(#[0-9a-f]{6}|rgba\([0-9.,]+\))"/gi, (_, c) => `"${color(c)}"`));
}
function inThisLight(id, data, layout, options) {
  zooFigures.push([id, data, layout, options]);
  return [id, zooLight(data), zooLight(layout), options];
}
if (zooDark.addEventListener) zooDark.addEventListener("change", () => {
  for (const [id, data, layout, options] of zooFigures) Plotly.react(id, zooLight(data), zooLight(layout), options);
});
"""
