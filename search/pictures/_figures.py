"""A picture's panels as Plotly's figures in plain values: each panel fits a phone's width by itself."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from search.pictures._chart import Bars, Heat, Line, Panel, Picture, Spans, Texts, Ticks
from search.pictures._dark import CLEAR, GRID, HIGH, LOW, MIDDLE, VEIL
from search.pictures._styles import INK

Figure = dict[str, Any]
MARKERS = {
    **{"circle": "circle", "diamond": "diamond", "square": "square", "triangle": "triangle-up"},
    **{"cross": "x", "star": "star"},
}
HEIGHTS = {1: 420, 2: 360, 3: 320, 4: 220}  # pixels of a panel by the panels of a row
LEGEND_ROW = 20  # pixels; two or three names stand in a row of the legend
FEWEST_LABELS = 12  # whole numbers up to here are all written
FONT = {"family": "system-ui, sans-serif", "size": 12, "color": INK}


def figures(picture: Picture) -> list[Figure]:
    """Return {data, layout} for each panel; texts are escaped, since Plotly reads some HTML in them."""
    found, explained = [], set[str]()
    for panel in picture.panels:
        names = {name for mark in panel.marks if (name := getattr(mark, "name", ""))}
        found.append(_figure(panel, HEIGHTS[picture.columns], bool(names - explained)))
        explained |= names
    return found


def _figure(panel: Panel, height: int, explain: bool) -> Figure:
    traces: list[dict[str, Any]] = []
    layout = _layout(panel, height)
    for mark in panel.marks:
        _MARKS[type(mark)](mark, traces, layout)
    layout["showlegend"] = explain
    if explain:
        room = LEGEND_ROW * (1 + sum(bool(trace.get("name")) for trace in traces) // 3)
        layout["margin"]["b"] += room
        layout["height"] += room
    return {"data": traces, "layout": layout}


def _layout(panel: Panel, height: int) -> dict[str, Any]:
    x = _axis(panel.x_label, panel.x_log, panel.x_ticks)
    y = _axis(panel.y_label, panel.y_log, panel.y_ticks)
    if panel.y_down:
        y["autorange"] = "reversed"
    if panel.counts and panel.x_ticks is None:
        x |= _whole_numbers(panel)
    if panel.square:
        y |= {"scaleanchor": "x", "constrain": "domain"}
        x["constrain"] = "domain"
    look = {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0, "traceorder": "reversed", "font": {"size": 11}}
    title = {
        "text": words(panel.title).replace("\n", "<br>"),
        "font": {"size": 13},
        "x": 0.5,
        "xanchor": "center",
        "y": 1,
        "yanchor": "top",
        "pad": {"t": 14},  # pixels; the first line stands above its place
    }
    return {
        **{"font": FONT, "title": title, "height": height, "legend": look, "hovermode": "closest"},
        **{"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": x, "yaxis": y, "annotations": []},
        "margin": {"l": 16, "r": 12, "t": (26 + 16 * len(panel.title.splitlines())) if panel.title else 12, "b": 44},
    }


def _whole_numbers(panel: Panel) -> dict[str, Any]:
    places = [x for mark in panel.marks if isinstance(mark, Line) for x in mark.x]
    return {"tickformat": "d", **({"dtick": 1} if max(places) - min(places) <= FEWEST_LABELS else {})}


def _axis(label: str, log: bool, ticks: Ticks | None) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": {"text": words(label), "standoff": 8},
        "type": "log" if log else "linear",
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
    }
    if log:
        axis |= {"exponentformat": "power"}
    if ticks is not None:
        places, labels = [place for place, _ in ticks], [words(label) for _, label in ticks]
        axis |= {"tickmode": "array", "tickvals": places, "ticktext": labels}
    return axis


def _line(mark: Line, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    trace: dict[str, Any] = {
        "type": "scatter",
        "x": list(mark.x),
        "y": list(mark.y),
        "mode": "+".join([*["lines"] * bool(mark.width), *["markers"] * bool(mark.marker)]),
        "line": {"color": mark.color, "width": mark.width, "dash": mark.dash},
        "marker": {"color": mark.color, "size": mark.size + 1, "symbol": MARKERS.get(mark.marker, "circle")},
        "showlegend": bool(mark.name),
        "name": words(mark.name),
        "connectgaps": False,
    }
    if mark.texts:
        trace |= {"text": [words(text) for text in mark.texts], "hovertemplate": "%{text}<extra></extra>"}
    traces.append(trace)


def _bars(mark: Bars, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    labels, texts = [words(label) for label in mark.labels], [words(text) for text in mark.texts]
    places = list(range(len(labels)))
    bars = {"type": "bar", "orientation": "h", "y": places, "x": list(mark.values), "text": texts}
    look = {"textposition": "outside", "cliponaxis": False, "marker": {"color": mark.color}, "name": ""}
    traces.append({**bars, **look, "customdata": labels, "hovertemplate": "%{customdata} %{x:.3f}<extra></extra>"})
    layout["yaxis"] |= {"tickmode": "array", "tickvals": places, "ticktext": labels, "autorange": "reversed"}
    layout["xaxis"]["range"] = [0, max(mark.values) * 1.15]
    layout["height"] = 110 + 30 * len(labels)


def _spans(mark: Spans, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    widths = [end - start for start, end in zip(mark.starts, mark.ends, strict=True)]
    bars = {"type": "bar", "orientation": "h", "y": list(mark.rows), "x": widths, "base": list(mark.starts)}
    pattern = {"shape": mark.hatch, "bgcolor": mark.color, "fgcolor": "white", "solidity": 0.25}
    look = {"marker": {"color": mark.color, "pattern": pattern}, "name": words(mark.name), "showlegend": True}
    hover = {"text": [words(text) for text in mark.texts], "hovertemplate": "%{text}<extra></extra>"}
    traces.append({**bars, **look, **hover, "textposition": "none", "width": 0.8})
    layout["barmode"] = "overlay"


def _heat(mark: Heat, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    cells = {"z": mark.shares.round(4).tolist(), "text": [list(row) for row in mark.texts], "texttemplate": "%{text}"}
    scale = [[0, LOW], [0.5, MIDDLE], [1, HIGH]]
    look = {"colorscale": scale, "zmin": 0, "zmax": 1, "showscale": False, "xgap": 1, "ygap": 1}
    hover = "true %{y}, said %{x}: %{z:.1%}<extra></extra>"
    traces.append({"type": "heatmap", **cells, **look, "hovertemplate": hover})
    layout["height"] = 560


def _texts(mark: Texts, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    if not mark.above:
        layout["xaxis"]["range"] = [min(mark.x) - 0.4, max(mark.x) + 0.4]  # room for words at both ends
    shift = {"yshift": 13} if mark.above else {"xanchor": "left", "xshift": 3, "bgcolor": VEIL}
    for x, y, text in zip(mark.x, mark.y, mark.texts, strict=True):
        at = {"x": _place(x, layout["xaxis"]), "y": _place(y, layout["yaxis"]), "showarrow": False, **shift}
        layout["annotations"].append({"text": words(text), **at, "font": {"size": 10}})


def _place(value: float, axis: dict[str, Any]) -> float:
    """Return where Plotly looks for a note's place, which on a logarithmic axis is the exponent."""
    return math.log10(value) if axis["type"] == "log" else value


def words(text: str) -> str:
    """Return text that neither Plotly nor a page takes for markup."""
    return escape(str(text))


_MARKS = {Line: _line, Bars: _bars, Spans: _spans, Heat: _heat, Texts: _texts}
