"""What a person sees of a study: lines on stderr while it runs, one of them moving; the answer on stdout."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn

from search.costs.forecasting import in_words, time_left
from search.watcher import Watcher
from zoo.cli import talk
from zoo.goals import shown

if TYPE_CHECKING:
    from search.planning import Plan
    from search.trials import TrialRecord, Trials
    from zoo.checking import Check

MOST_WARNINGS = 4  # of the data; `zoo check` shows them all
QUIET_SECONDS = 10  # between lines where no bar can move
ROOM_FOR_A_BAR = 100  # columns; a narrower terminal shows the words alone


class Quiet(Watcher):
    """Shows warnings and notes only, on stderr."""

    def checked(self, check: Check) -> None:
        """Say what is wrong with the data."""
        for line in _gravest(check):
            talk(line)

    def planned(self, plan: Plan, trials: Trials) -> None:
        """Remember how far the study is."""
        self.progress = trials

    def trial_ended(self, record: TrialRecord, trials: Trials, best: TrialRecord | None) -> None:
        """Remember how far the study is."""
        self.progress = trials

    def said(self, text: str) -> None:
        """Show a note."""
        talk(f"note     {text}")


class Screen(Watcher):
    """Shows a study on stderr; a bar where there is a terminal, a line now and then where there is none."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self._moving: Progress | None = None  # the last line: a spinner or the bar
        self._began, self._spoke = 0.0, 0.0
        self._ended: list[TrialRecord] = []  # here, not by earlier commands
        self._workers, self._finalists = 1, 0
        self.progress: Trials | None = None
        self._goal = ""

    def stage(self, text: str) -> None:
        """Show what takes a while."""
        self._still()
        if self.console.is_terminal:
            self._move(SpinnerColumn(), TextColumn("{task.fields[text]}", markup=False), text=text)
        else:
            self._line(text)

    def checked(self, check: Check) -> None:
        """Say the data back."""
        self._line(check.text())
        for line in _gravest(check):
            self._line(line)

    def planned(self, plan: Plan, trials: Trials) -> None:
        """Say what will be searched, and what is there already."""
        self.progress, self._goal = trials, plan.goal
        self._workers, self._finalists = plan.workers, plan.settings.finalists
        what = f"goal     {_aims(plan)}   builders {', '.join(plan.space.builders)}"
        self._line(f"{what}   {trials.target} trials, at most {plan.epochs} epochs each")
        if 0 < trials.total < trials.target:
            self._line(f"going on after {trials.total} of {trials.target} trials")

    def baselines_known(self, scores: Mapping[str, float]) -> None:
        """Show what a model has to beat."""
        words = [f"{name} {shown(self._goal, value)}" for name, value in scores.items()]
        self._print("   ".join([*words, "(validation)"]))

    def searching(self) -> None:
        """Start the bar."""
        self._still()
        self._began = time.monotonic()
        self._show_bar()

    def trial_ended(self, record: TrialRecord, trials: Trials, best: TrialRecord | None) -> None:
        """Move the bar."""
        self.progress = trials
        self._ended.append(record)
        text = self._progress_text(trials, best)
        if self._moving is not None:
            self._moving.update(self._moving.task_ids[0], completed=trials.total, total=trials.target, text=text)
        elif time.monotonic() - self._spoke > QUIET_SECONDS:
            self._line(f"{trials.total}/{trials.target}   {text}")

    def exporting(self, champion: TrialRecord) -> None:
        """Say that the trials are over."""
        self.stage(f"exporting and proving {champion.builder}#{champion.slot}")

    def said(self, text: str) -> None:
        """Show a line above what moves."""
        self._print(f"note     {text}")

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._still()

    def _progress_text(self, trials: Trials, best: TrialRecord | None) -> str:
        left = self._left(trials)
        leader = f"best {shown(self._goal, best.value)}  {best.builder}#{best.slot}" if best else "none finished yet"
        if not self._has_room():
            return f"{leader}{left}"
        stopped = f"   {trials.pruned} stopped early" if trials.pruned else ""
        failed = f"   {trials.failed} failed" if trials.failed else ""
        return f"{leader}{stopped}{failed}   {in_words(time.monotonic() - self._began)}{left}"

    def _left(self, trials: Trials) -> str:
        """Return in words how long it still takes; "" while no trial has told."""
        left = time_left(self._ended, trials, self._workers, self._finalists)
        return "" if left is None else f", about {in_words(left.seconds)} left"

    def _show_bar(self) -> None:
        trials = self.progress
        if not self.console.is_terminal or trials is None or trials.total >= trials.target:
            return
        count = TextColumn("{task.completed:>3.0f}/{task.total:.0f}")
        bar = (BarColumn(24),) if self._has_room() else ()
        words = TextColumn("{task.fields[text]}", markup=False)
        self._move(count, *bar, words, text="first trial", total=trials.target, completed=trials.total)

    def _has_room(self) -> bool:
        return not self.console.is_terminal or self.console.width >= ROOM_FOR_A_BAR

    def _move(self, *columns: ProgressColumn, text: str, total: int | None = None, completed: int = 0) -> None:
        self._moving = Progress(*columns, console=self.console, transient=True, redirect_stderr=False)
        self._moving.add_task("", total=total, completed=completed, text=text)
        self._moving.start()

    def _still(self) -> None:
        if self._moving is not None:
            self._moving.stop()
            self._moving = None

    def _line(self, text: str) -> None:
        self._still()
        self._print(text)

    def _print(self, text: str) -> None:
        self._spoke = time.monotonic()
        self.console.print(text, soft_wrap=True, markup=False)


def _gravest(check: Check) -> list[str]:
    """Return a line each for the gravest warnings, and one that counts the others."""
    lines = [f"warning  {warning}" for warning in check.warnings[:MOST_WARNINGS]]
    left = len(check.warnings) - MOST_WARNINGS
    return lines if left <= 0 else [*lines, f"warning  and {left} more: see zoo check, with the same data and options"]


def _aims(plan: Plan) -> str:
    """Return goals and limits in words."""
    limits = "".join(f", {limit.name} {limit.words()}" for limit in plan.aims.limits)
    file = f", of the {plan.aims.precision} file" if plan.aims.needs_file else ""
    return f"{' and '.join(plan.aims.goals)} ({plan.goal_reason}){limits}{file}"
