"""Slices: the score against each searched parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.pictures._axes import doubles, is_number, number
from search.pictures._chart import Line, Panel, Picture, Ticks, short, wide
from search.pictures._styles import STATES
from search.report.story import Story
from search.trials import TrialRecord
from zoo.registry import register

MOST_WRITTEN = 8  # ticks


@register(place=10, kinds=("classification", "regression"))
def slices(story: Story) -> Picture:
    """Score against each searched parameter, a panel each: circles finished, diamonds stopped early."""
    title, scored = "Slices", [t for t in story.trials if t.value is not None and t.state in ("finished", "pruned")]
    panels = [panel for owner, name in story.searched_pairs() if (panel := _panel(story, scored, owner, name))]
    if not panels:
        return Picture("slices", title, missing="no trial has a value yet, or nothing was searched")
    about = "Each trial at its parameter's value and its score; circles finished, diamonds were stopped early."
    return Picture("slices", title, panels, about, columns=3)


def _panel(story: Story, scored: Sequence[TrialRecord], owner: str, name: str) -> Panel | None:
    own = [trial for trial in scored if (not owner or trial.builder == owner) and trial.values.get(name) is not None]
    if not own:
        return None
    values = [trial.values[name] for trial in own]
    places, ticks, log = _places(values, name in story.logarithmic)
    marks = []
    for state in ("pruned", "finished"):
        chosen = [place for place, trial in enumerate(own) if trial.state == state]
        if chosen:
            x, y = [places[place] for place in chosen], [own[place].value for place in chosen]
            style, texts = STATES[state], [story.describe(own[place]) for place in chosen]
            marks.append(Line(x, y, style.words, style.color, 0, marker=style.marker, size=6, texts=texts))
    label = f"{owner}.{name.partition('.')[2]}" if owner else name
    y_log = wide(trial.value for trial in own)
    y_label = f"{story.goal}{', log scale' if y_log else ''}"
    return Panel(marks, f"{label}{', log scale' if log else ''}", y_label, x_log=log, y_log=y_log, x_ticks=ticks)


def _places(values: Sequence[Any], log: bool) -> tuple[list[float], Ticks | None, bool]:
    """Return where values lie, ticks for choices and for a few numbers, and whether the scale is logarithmic."""
    if not all(is_number(value) for value in values):
        options = sorted(set(map(str, values)))
        return [options.index(str(value)) for value in values], list(enumerate(map(short, options))), False
    shown = sorted(set(values))
    few = len(shown) <= MOST_WRITTEN and all(isinstance(value, int) for value in values)
    log = (log and shown[0] > 0) or doubles(shown)
    return list(values), [(value, number(value)) for value in shown] if few else None, log
