"""The optimisation history: the value of each trial and the best so far."""

from __future__ import annotations

from search.pictures._chart import Line, Panel, Picture, wide
from search.pictures._styles import INK, RED, STATES
from search.report.story import Story
from search.trials import TrialRecord
from zoo.registry import register


@register(place=7, kinds=("classification", "regression"))
def history(story: Story) -> Picture:
    """Value by slot with the best finished trial so far; stopped and failed trials have marks of their own."""
    title = "Optimisation history"
    ended = sorted((trial for trial in story.trials if trial.ended), key=lambda trial: trial.slot)
    if not ended:
        return Picture("history", title, missing="no trial has ended yet")
    scored = [trial for trial in ended if trial.value is not None]
    marks = _without_value(ended, scored)
    marks += [_points(story, scored, state) for state in ("pruned", "finished") if _any(scored, state)]
    marks += [_best_line(story, ended)] if _any(ended, "finished") else []
    log = wide(trial.value for trial in scored)
    label = f"{story.words(story.goal)}{', log scale' if log else ''}"
    panel = Panel(marks, "slot", label if scored else "", y_log=log, y_ticks=None if scored else ())
    better = "lower" if story.direction == "minimize" else "higher"
    about = f"{better} is better; a trial that was stopped early shows its best value by then."
    return Picture("history", title, [panel], about[:1].upper() + about[1:], columns=1)


def best_so_far(trials: list[TrialRecord], direction: str) -> list[float | None]:
    """Return the best value of the finished trials up to each one, None before the first."""
    best, found, pick = None, [], min if direction == "minimize" else max
    for trial in trials:
        if trial.state == "finished":
            best = trial.value if best is None else pick(best, trial.value)
        found.append(best)
    return found


def _best_line(story: Story, ended: list[TrialRecord]) -> Line:
    slots = [trial.slot for trial in ended]
    x = [slot for slot, following in zip(slots, [*slots[1:], None], strict=True) for slot in (slot, following)][:-1]
    best = [value for value in best_so_far(ended, story.direction) for _ in range(2)][:-1]  # in steps
    return Line(x, best, "best so far", INK, 1.8)


def _points(story: Story, scored: list[TrialRecord], state: str) -> Line:
    own, style = [trial for trial in scored if trial.state == state], STATES[state]
    texts = [story.describe(trial) for trial in own]
    slots, values = [trial.slot for trial in own], [trial.value for trial in own]
    return Line(slots, values, style.words, style.color, 0, marker=style.marker, texts=texts)


def _without_value(ended: list[TrialRecord], scored: list[TrialRecord]) -> list[Line]:
    """Return the marks of trials that have no value, at the foot of the picture."""
    own = [trial for trial in ended if trial.value is None]
    if not own:
        return []
    values = [trial.value for trial in scored] or [0.0]
    foot = min(values) - 0.06 * (max(values) - min(values) or 1)
    foot = min(values) if min(values) > 0 >= foot else foot  # a log scale has no zero
    texts = [f"#{trial.slot} {trial.state}: {trial.reason or ''}" for trial in own]
    return [Line([t.slot for t in own], [foot] * len(own), "no value", RED, 0, marker="cross", texts=texts)]


def _any(trials: list[TrialRecord], state: str) -> bool:
    return any(trial.state == state for trial in trials)
