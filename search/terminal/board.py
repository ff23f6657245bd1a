"""A study while it runs, as text: printed once, or in one place that is renewed until its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from search.aims import read_limits
from search.compressing import telling
from search.costs.forecasting import in_words
from search.stopping.endings import listed
from search.stopping.savings import Savings
from search.terminal.columns import columns, root_option, say, show, stdout
from search.terminal.glance import Glance, Process, Running
from search.terminal.summary import print_answer, records_table
from zoo.goals import shown

PAUSE_S = 1.0  # between two looks
SHARE = 0.2  # of the time that may go into looking at a study of very many trials
MOST_REASONS = 6
QUIET_S = 10.0  # between lines where nothing can move


def print_glance(now: Glance, root: Path, go_on: str = "", watch: bool = True) -> None:
    """Print a study as it stands; one that has ended prints its answer. `go_on` is the command that goes on with it.

    `watch` says how to follow a study that runs.
    """
    beside = telling.lines(now.compressions, root)
    if now.answer.champion is not None:
        print_answer(now.answer, root, beside=beside)
        return
    console = stdout()
    for part in _parts(now):
        show(console, part) if isinstance(part, Table) else console.print(part, soft_wrap=True, markup=False)
    say(console, *(["", *beside, ""] if beside else []))
    if now.is_over and go_on:
        say(console, f"next   {go_on}{root_option(root)}")
    elif watch and console.is_terminal:
        say(console, f"next   zoo status {now.answer.study} --watch{root_option(root)}")


def follow(look: Callable[[], Glance], console: Console | None = None) -> Glance:
    """Show a study until nobody runs it any more, and return how it stood then.

    On a terminal it is shown in one place, renewed; elsewhere a line tells now and then how far it is.
    """
    console = console or stdout()
    seen = _looks(look)
    return _in_place(seen, console) if console.is_terminal else _in_lines(seen, console)


def _looks(look: Callable[[], Glance]) -> Iterator[Glance]:
    """Yield one look after another; the last one is of a study that nobody runs."""
    while True:
        began = time.monotonic()
        now = look()
        yield now
        if now.is_over:
            return
        time.sleep(max(PAUSE_S, (time.monotonic() - began) / SHARE))


def _in_place(seen: Iterator[Glance], console: Console) -> Glance:
    with Live(console=console, auto_refresh=False, transient=True, vertical_overflow="ellipsis") as live:
        for now in seen:
            live.update(Group(*_parts(now)), refresh=True)
    return now


def _in_lines(seen: Iterator[Glance], console: Console) -> Glance:
    spoke, before = float("-inf"), None
    for now in seen:
        told = now.answer.trials.total, now.is_over
        if told != before and (time.monotonic() - spoke > QUIET_S or now.is_over):
            console.print(_headline(now), soft_wrap=True, markup=False)
            spoke, before = time.monotonic(), told
    return now


def _parts(now: Glance) -> list[RenderableType]:
    """Return what there is to see of a study, from the top."""
    parts: list[RenderableType] = [_headline(now), *([] if now.is_over else [_runners(now)]), _aims(now)]
    if now.running:
        parts += ["", _running_table(now)]
    parts += ["", *_best(now)]
    if now.ended_early:
        parts += ["", _early_table(now)]
    if now.saved is not None:
        parts.append(_saved(now.saved))
    return [Text(part) if isinstance(part, str) else part for part in parts]


def _best(now: Glance) -> list[RenderableType]:
    """Return the front or the best trials so far; the champion's line once it is known, while its page is written."""
    answer = now.answer
    if answer.champion is not None:
        return [answer.summary()]
    if answer.front:
        words = f"none beats these in all of {', '.join(answer.goals)}"
        return [words, records_table(answer, answer.front, answer.goal)]
    return (
        ["best so far", records_table(answer, answer.top, "validation")] if answer.top else ["none has ended well yet"]
    )


def _headline(now: Glance) -> Text:
    trials = now.answer.trials
    counted = f"{trials.finished} finished, {trials.pruned} stopped early, {trials.failed} failed"
    return Text(f"{now.answer.study}   {trials.total} of {trials.target} trials ({counted})   {_pace(now)}")


def _pace(now: Glance) -> str:
    if now.is_over:
        return "not running"
    if now.answer.trials.total >= now.answer.trials.target:
        return "naming the champion"
    return "running" if now.time_left is None else f"{now.time_left} left"


def _runners(now: Glance) -> Text:
    return Text(f"run by   {', '.join(map(_process, now.processes))}")


def _process(one: Process) -> str:
    return f"process {one.pid}" if one.kind == "conductor" else f"worker {one.pid} on {one.host}"


def _aims(now: Glance) -> Text:
    answer = now.answer
    limited = "".join(f", {limit.name} {limit.words()}" for limit in read_limits(answer.limits))
    file = f", of the {answer.precision} file" if answer.measured or answer.precision != "float32" else ""
    return Text(f"goal     {' and '.join(answer.goals or (answer.goal,))}{limited}{file}")


def _running_table(now: Glance) -> Table:
    table = columns("#", "running", "epoch", "last", "best", "time", right=(0, 2, 3, 4, 5))
    for one in now.running:
        table.add_row(*_running_cells(now, one))
    return table


def _running_cells(now: Glance, one: Running) -> list[str]:
    epoch = "starting" if not one.epoch else f"{one.epoch} of {one.epochs}" if one.epochs else str(one.epoch)
    scores = [shown(now.answer.goal, score) for score in (one.last, one.best)]
    return [str(one.slot), one.builder or "", epoch, *scores, "" if one.seconds is None else f"{one.seconds:.0f} s"]


def _saved(saved: Savings) -> str:
    epochs, seconds = (
        sum(getattr(one, name) for one in (saved.stopped, saved.refused)) for name in ("epochs", "seconds")
    )
    return f"that saved about {epochs:,.0f} epochs ({saved.share:.0%}) and {in_words(seconds)}"


def _early_table(now: Glance) -> Table:
    table = columns("trials", "ended early", "why", "which", right=(0,), wraps="which")
    for one in now.ended_early[:MOST_REASONS]:
        words = one.words if len(one.slots) > 1 else one.example or one.words
        table.add_row(str(len(one.slots)), one.what, words, listed(one.slots))
    return table
