"""Parallel coordinates: each trial a line through its values to its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.pictures._axes import Axis, axis_of
from search.pictures._chart import Line, Panel, Picture, Texts, short, wide
from search.pictures._styles import SHADES
from search.report.story import Story
from search.trials import TrialRecord
from zoo.goals import gain
from zoo.registry import register

WORDS = ("best fifth", "second fifth", "third fifth", "fourth fifth", "last fifth")


@dataclass(frozen=True)
class _Rail:
    """One vertical axis of the panel."""

    label: str
    axis: Axis
    values: tuple[Any, ...]


@register(place=9, kinds=("classification", "regression"))
def parallel(story: Story) -> Picture:
    """Lines through the searched values to the score, a panel a builder, dark for the best fifth of all trials."""
    title, finished = "Parallel coordinates", [trial for trial in story.trials if trial.state == "finished"]
    if len(finished) < 2:
        return Picture("parallel", title, missing="it takes two finished trials")
    if not any(story.searched.values()):
        return Picture("parallel", title, missing="nothing but the builder was searched")
    ranked = sorted(finished, key=lambda trial: (-gain(story.goal, trial.value), trial.slot))
    fifths = {trial.number: place * len(SHADES) // len(ranked) for place, trial in enumerate(ranked)}
    builders = dict.fromkeys(trial.builder for trial in ranked)
    panels = [_panel(story, [trial for trial in ranked if trial.builder == builder], fifths) for builder in builders]
    about = f"{len(finished)} finished trials, each a line; dark and thick is the best fifth of all."
    return Picture("parallel", title, panels, about, columns=1)


def _panel(story: Story, trials: Sequence[TrialRecord], fifths: dict[int, int]) -> Panel:
    rails = [_searched(story, name, trials) for name in story.names(trials[0])]
    scores = [trial.value for trial in trials]
    rails.append(_Rail(story.goal, axis_of(scores, wide(scores)), tuple(scores)))
    places = range(len(rails))
    lines = [line for fifth in reversed(range(len(SHADES))) for line in _bundle(rails, trials, fifths, fifth)]
    posts = [Line([place, place], [0.0, 1.0], "", "#6B7280", 1.0) for place in places]
    marks = [place for place, rail in enumerate(rails) for _ in rail.axis.ticks]
    ticks = [tick for rail in rails for tick in rail.axis.ticks]
    words = Texts(marks, [height for height, _ in ticks], [label for _, label in ticks])
    labels = [(place, short(rail.label, 16)) for place, rail in enumerate(rails)]
    return Panel([*posts, *lines, words], title=str(trials[0].builder), x_ticks=labels, y_ticks=())


def _searched(story: Story, name: str, trials: Sequence[TrialRecord]) -> _Rail:
    values = [trial.values.get(name) for trial in trials]
    return _Rail(name.partition(".")[2], axis_of(values, name in story.logarithmic), tuple(values))


def _bundle(rails: Sequence[_Rail], trials: Sequence[TrialRecord], fifths: dict[int, int], fifth: int) -> list[Line]:
    """Return the lines of one fifth as one mark, with gaps between the trials."""
    x: list[float] = []
    y: list[float | None] = []
    for row, trial in enumerate(trials):
        if fifths[trial.number] == fifth:
            x += [*range(len(rails)), len(rails) - 1]
            y += [*(rail.axis.place(rail.values[row]) for rail in rails), None]
    width = 2.2 if fifth == 0 else 1.1
    return [Line(x, y, WORDS[fifth], SHADES[fifth], width)] if x else []
