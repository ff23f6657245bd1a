"""The Pareto front: the score of each trial against what its model takes, with limits as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.pictures._chart import Line, Panel, Picture, Texts
from search.pictures._frame import Frame, frame_of, round_ticks
from search.pictures._styles import BLUE, FAINT, INK, RED, STATES
from search.report.story import Story
from search.stopping.endings import known_of
from search.trials import TrialRecord
from zoo.goals import COSTS, gain, shown
from zoo.registry import register

LOG_FROM = 6  # the ratio of the largest to the smallest cost
MOST_NAMED = 12  # trials of the front whose numbers are written beside them


@register(place=0, kinds=("classification", "regression"))
def front(story: Story) -> Picture:
    """Score against each other goal, or against size: the front in blue, beaten trials pale, limits dashed in red."""
    title = "Pareto front" if len(story.aims.goals) > 1 else "Score against size"
    panels = [_panel(sheet) for name in _across(story) if (sheet := _sheet(story, name)).points]
    if not panels:
        return Picture("front", title, missing="no trial has ended with a score and a size yet")
    return Picture("front", title, panels, _about(story), columns=min(len(panels), 2))


@dataclass(frozen=True)
class _Sheet:
    """What one panel shows: points (across, score) by slot, and the places of trials that have no score."""

    story: Story
    across: str
    points: Mapping[int, tuple[float, float]]
    unscored: Mapping[int, float]
    best: frozenset[int]  # slots of the front; none of a study of one goal

    def trials(self, state: str) -> list[TrialRecord]:
        """Return the ended trials of a state that have a point."""
        return [one for one in self.story.trials if one.state == state and one.slot in self.points]


def _across(story: Story) -> tuple[str, ...]:
    """Return what the score is drawn against: the other goals, else costs with a limit, else the parameters."""
    limited = (limit.name for limit in story.aims.limits if limit.name in COSTS)
    return tuple(dict.fromkeys(story.aims.objectives[1:] or limited)) or ("params",)


def _sheet(story: Story, across: str) -> _Sheet:
    points, unscored = {}, {}
    for trial in (one for one in story.trials if one.ended):
        known = known_of(trial)
        score = known.get(story.goal, trial.value)  # that of one that was stopped is its best by then
        if across in known:
            where = unscored if score is None else points
            where[trial.slot] = known[across] if score is None else (known[across], score)
    several = len(story.aims.goals) > 1
    return _Sheet(story, across, points, unscored, frozenset(one.slot for one in story.front if several))


def _about(story: Story) -> str:
    several, limits = len(story.aims.goals) > 1, story.aims.limits
    words = ["Blue: none beats these in every goal; pale ones are beaten."] if several else []
    if len(story.aims.goals) > 2:
        words.append("Of more than two goals a panel shows two, in which others may look better.")
    if story.champion is not None:
        words.append(f"The star is {story.trial_name(story.champion).replace('The', 'the')}.")
    if limits:
        words.append("Red lines are limits.")
    words.append("A trial that was stopped early shows its best score by then; one far behind stands at the edge.")
    return " ".join(words)


def _panel(sheet: _Sheet) -> Panel:
    story, across = sheet.story, sheet.across
    bounds = {limit.name: limit.bound for limit in story.aims.limits}
    xs = [*(x for x, _ in sheet.points.values()), *sheet.unscored.values()]
    xs += [bounds[across]] if across in bounds else []
    log = across in COSTS and min(xs) > 0 and max(xs) / min(xs) > LOG_FROM
    finished = [sheet.points[one.slot][1] for one in sheet.trials("finished")]
    finished += [bounds[story.goal]] if story.goal in bounds else []
    frame = frame_of(xs, log, story.goal, finished, [y for _, y in sheet.points.values()])
    marks = [*_limit_lines(story, across, frame), *_unscored(sheet, frame), *_trials(sheet, frame)]
    ticks = round_ticks(frame.left, frame.right, log) if across in COSTS else None
    return Panel(
        marks, f"{_words(story, across)}{', log scale' if log else ''}", story.words(story.goal), "", log, x_ticks=ticks
    )


def _words(story: Story, name: str) -> str:
    if name not in COSTS:
        return story.words(name)
    units = {"ram": "ram (bytes)", "latency": "latency (ms a row)", "params": "parameters"}
    file = f" of the {story.aims.precision} file" if name != "params" else ""
    return f"{units.get(name, name)}{file}"


def _trials(sheet: _Sheet, frame: Frame) -> list[Line | Texts]:
    """Return the marks from the least to the most that matter; the front is joined where it has two goals."""
    finished, several, stopped = sheet.trials("finished"), bool(sheet.best), STATES["pruned"]
    blue = [one for one in finished if one.slot in sheet.best]
    groups = [
        ([one for one in finished if one.slot not in sheet.best], *(_BEATEN if several else _FINISHED)),
        (sheet.trials("pruned"), stopped.words, stopped.color, stopped.marker, 4.5),
        (blue, "Pareto front", BLUE, "circle", 8),
        ([one for one in finished if one.slot == sheet.story.champion], "champion", INK, "star", 14),
    ]
    steps = _steps(sheet, blue, frame) if len(sheet.story.aims.goals) == 2 else []
    return [*steps, *(_dots(sheet, frame, *group) for group in groups if group[0]), *_names(sheet, blue)]


_BEATEN, _FINISHED = ("beaten", FAINT, "circle", 6), ("finished", BLUE, "circle", 6)


def _dots(sheet: _Sheet, frame: Frame, trials: Sequence[TrialRecord], *look) -> Line:
    words, color, marker, size = look
    x, y = zip(*(sheet.points[one.slot] for one in trials), strict=True)
    heights, texts = [frame.height(sheet.story.goal, score) for score in y], [_told(sheet.story, one) for one in trials]
    return Line(x, heights, words, color, 0, marker=marker, size=size, texts=texts)


def _told(story: Story, trial: TrialRecord) -> str:
    known = known_of(trial)
    costs = ", ".join(f"{name} {shown(name, known[name])}" for name in COSTS if name in known)
    return f"{story.describe(trial)}; {costs}" if costs else story.describe(trial)


def _steps(sheet: _Sheet, trials: Sequence[TrialRecord], frame: Frame) -> list[Line]:
    """Return the line beyond which nothing was found: from each trial of the front sideways, then to the next."""
    if not trials:
        return []
    points = sorted((sheet.points[one.slot] for one in trials), key=lambda point: -gain(sheet.across, point[0]))
    end = frame.right if gain(sheet.across, 1.0) < 0 else frame.left
    nexts = [x for x, _ in points[1:]] + [end]
    x = [place for (own, _), following in zip(points, nexts, strict=True) for place in (own, following)]
    return [Line(x, [y for _, y in points for _ in range(2)], "", BLUE, 1.2)]


def _names(sheet: _Sheet, trials: Sequence[TrialRecord]) -> list[Texts]:
    if not 0 < len(trials) <= MOST_NAMED:
        return []
    x, y = zip(*(sheet.points[one.slot] for one in trials), strict=True)
    return [Texts(x, y, [f"#{one.slot}" for one in trials], above=True)]


def _limit_lines(story: Story, across: str, frame: Frame) -> list[Line]:
    found = []
    for limit in story.aims.limits:
        words = f"{limit.name} {limit.words()}"
        if limit.name == across:
            found.append(Line([limit.bound] * 2, [frame.low, frame.high], words, RED, 1.5, "dash"))
        if limit.name == story.goal:
            found.append(Line([frame.left, frame.right], [limit.bound] * 2, words, RED, 1.5, "dash"))
    return found


def _unscored(sheet: _Sheet, frame: Frame) -> list[Line]:
    """Return the trials that have no score at the edge of the panel, at what their models would have taken."""
    own = [one for one in sheet.story.trials if one.ended and one.slot in sheet.unscored]
    texts = [f"#{one.slot} {one.state}: {one.reason or ''}" for one in own]
    x, edge = [sheet.unscored[one.slot] for one in own], [frame.worst] * len(own)
    return [Line(x, edge, "without a score", RED, 0, marker="cross", size=5, texts=texts)] if own else []
