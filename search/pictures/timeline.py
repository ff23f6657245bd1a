"""The timeline: when each attempt at a slot began and ended."""

from __future__ import annotations

from collections.abc import Sequence

from search.pictures._chart import Line, Panel, Picture, Spans
from search.pictures._styles import GREY, STATES
from search.report.story import Story
from zoo.registry import register

LONG_IDLE = 0.05  # of the time in which trials ran; a longer pause is cut out
UNITS = ((3600 * 3, 3600.0, "hours"), (60 * 3, 60.0, "minutes"), (0, 1.0, "seconds"))
MOST_TICKS = 12


@register(place=11, kinds=("classification", "regression"))
def timeline(story: Story) -> Picture:
    """Bars from start to end by slot, with a colour and a hatch for each state; long pauses are cut out."""
    title = "Timeline"
    trials = [trial for trial in story.trials if trial.number in story.spans]
    if not trials:
        return Picture("timeline", title, missing="no trial has begun yet")
    spans = [story.spans[trial.number] for trial in trials]
    clock, cuts = without_pauses(spans)
    total = max(clock(end) for _, end in spans)
    _, unit, words = next(one for one in UNITS if total >= one[0])
    marks: list[Spans | Line] = [_cut_line(cut / unit, trials) for cut in cuts]
    for state, style in reversed(STATES.items()):
        own = [(trial, span) for trial, span in zip(trials, spans, strict=True) if trial.state == state]
        if own:
            rows = [trial.slot for trial, _ in own]
            starts, ends = ([clock(span[side]) / unit for _, span in own] for side in (0, 1))
            texts = [story.describe(trial) for trial, _ in own]
            marks.append(Spans(rows, starts, ends, style.words, style.color, style.hatch, texts))
    paused = f" {len(cuts)} long pauses are cut out (dotted lines)." if cuts else ""
    about = f"{len(trials)} attempts; trials ran for {total / unit:.3g} {words} in all.{paused}"
    panel = Panel(marks, f"{words} since the first trial began", "slot", y_ticks=_slots(trials), y_down=True)
    return Picture("timeline", title, [panel], about, columns=1)


def without_pauses(spans: Sequence[tuple[float, float]]):
    """Return a clock that stands still while nothing ran for long, and the times on it at which it stood."""
    busy = _merged(spans)
    allowed = LONG_IDLE * sum(end - start for start, end in busy)
    begin, cut_out, steps, cuts = busy[0][0], 0.0, [], []
    for (_, end), (start, _) in zip(busy, busy[1:], strict=False):
        if start - end > allowed:
            cuts.append(end - begin - cut_out)
            cut_out += start - end
            steps.append((start, cut_out))

    def clock(moment: float) -> float:
        return moment - begin - max((cut for start, cut in steps if moment >= start), default=0.0)

    return clock, cuts


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the times in which anything ran, in order."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut_line(x: float, trials: Sequence) -> Line:
    return Line([x, x], [-0.5, max(trial.slot for trial in trials) + 0.5], "", GREY, 1.2, "dot")


def _slots(trials: Sequence) -> list[tuple[float, str]]:
    last = max(trial.slot for trial in trials)
    round_steps = (digit * 10**power for power in range(7) for digit in (1, 2, 5))
    step = next(step for step in round_steps if last < MOST_TICKS * step)
    return [(slot, str(slot)) for slot in range(0, last + 1, step)]
