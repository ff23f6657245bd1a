"""Learning curves: loss and goal by epoch, of the champion, the best few trials and, in pale, of all others."""

from __future__ import annotations

from collections.abc import Sequence

from search.pictures._chart import Line, Panel, Picture, wide
from search.pictures._styles import LINES, MARKERS, PALE, STATES
from search.record.verdicts import RULE, verdict
from search.report.story import Curve, Story
from zoo.goals import LOSS
from zoo.registry import register

SHOWN = len(LINES)
PARTS = {"train": "dash", "val": "solid"}  # solid is what counts


@register(place=1, kinds=("classification", "regression"))
def learning_curves(story: Story) -> Picture:
    """Loss and goal by epoch: validation solid, training dashed, the champion thick, stopped trials dotted.

    The verdict on the leader's losses is that of `search.record.verdicts.verdict`, whose rule the caption repeats.
    """
    title, curves = "Learning curves", story.curves[:SHOWN]
    if not curves and not story.stopped:
        return Picture("learning_curves", title, missing="no trial has finished, nor reported before it was stopped")
    metrics = dict.fromkeys((LOSS[story.kind], story.goal) if curves else (story.goal,))
    panels = [_panel(story, curves, metric) for metric in metrics]
    return Picture("learning_curves", title, panels, _about(story, curves))


def _about(story: Story, curves: Sequence[Curve]) -> str:
    words = []
    if curves:
        beside = ", the next best beside it" if len(curves) > 1 else ""
        leader = story.trial_name(curves[0].slot)
        words.append(f"{leader} is the thick line{beside}; solid is validation, dashed is training.")
    if curves and curves[0].epoch:
        words.append(f"Its weights are those of epoch {curves[0].epoch} (star).")
    words += _verdict(story, curves[0]) if curves else []
    if story.others:
        words.append(f"Pale: {len(story.others)} more that finished.")
    if story.stopped:
        words.append(f"Dotted: {len(story.stopped)} stopped early, by the best values that they had reported.")
    return " ".join(words)


def _verdict(story: Story, leader: Curve) -> list[str]:
    """Return whether the leader fits, by its losses, and the rule; nothing of too few epochs."""
    loss = LOSS[story.kind]
    found = verdict(leader.values(f"train/{loss}"), leader.values(f"val/{loss}"))
    return [f"Verdict: it {found.word}; {found.reason}. {RULE}"] if found else []


def _panel(story: Story, curves: Sequence[Curve], metric: str) -> Panel:
    lines = _backdrop(story, f"val/{metric}")
    for place in reversed(range(len(curves))):  # the leader is drawn last, on top
        lines += _lines(curves[place], metric, place)
    lines += _chosen(curves[0], metric) if curves else []
    log = wide(value for line in lines for value in line.y)
    scale = ", log scale" if log else ""
    return Panel(lines, "epoch", f"{story.words(metric)}{scale}", title=metric, y_log=log)


def _backdrop(story: Story, key: str) -> list[Line]:
    """Return the other finished trials as one pale mark, and the stopped ones as a dotted one with its ends."""
    found, style = [], STATES["pruned"]
    x, y, _ = _joined(story.others, key)
    if x:
        found.append(Line(x, y, "other finished trials", PALE, 1.0))
    x, y, ends = _joined(story.stopped, key)
    if x:
        found.append(Line(x, y, "", style.color, 0.9, "dot"))
        texts = [f"#{slot} stopped early" for slot, _, _ in ends]
        places, heights = [epoch for _, epoch, _ in ends], [value for _, _, value in ends]
        found.append(Line(places, heights, style.words, style.color, 0, marker=style.marker, size=4.5, texts=texts))
    return found


def _joined(curves: Sequence[Curve], key: str) -> tuple[list[float], list[float | None], list[tuple[int, int, float]]]:
    """Return many curves as one with gaps between them, and the slot, epoch and value at the end of each."""
    x: list[float] = []
    y: list[float | None] = []
    ends = []
    for curve in curves:
        known = [(epoch, logs[key]) for epoch, logs in enumerate(curve.history, 1) if logs.get(key) is not None]
        if known:
            x += [*(epoch for epoch, _ in known), known[-1][0]]
            y += [*(value for _, value in known), None]
            ends.append((curve.slot, *known[-1]))
    return x, y, ends


def _lines(curve: Curve, metric: str, place: int) -> list[Line]:
    found, width = [], 2.4 if place == 0 else 1.3
    for part, dash in PARTS.items():
        values = curve.values(f"{part}/{metric}")
        if any(value is not None for value in values):
            name = f"#{curve.slot}" if part == "val" else ""
            marker = MARKERS[place] if part == "val" and (place or len(values) == 1) else ""
            epochs = range(1, len(values) + 1)
            found.append(Line(epochs, values, name, LINES[place], width, dash, marker, 4.5))
    return found


def _chosen(curve: Curve, metric: str) -> list[Line]:
    """Return a star at the epoch that the weights come from."""
    values = curve.values(f"val/{metric}")
    if not 1 <= curve.epoch <= len(values) or values[curve.epoch - 1] is None:
        return []
    return [Line([curve.epoch], [values[curve.epoch - 1]], "", LINES[0], 0, marker="star", size=12)]
