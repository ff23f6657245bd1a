"""Processes that join light studies, and who presses Ctrl-C in one."""

from __future__ import annotations

from pathlib import Path

from .light_studies import LightCrew, helped, records, wait_until
from .studies import child
from .whole_studies import Listener


class Leaving(Listener):
    """Presses Ctrl-C after `trials` trials."""

    def __init__(self, trials):
        super().__init__()
        self.trials = trials

    def trial_ended(self, record, trials, best):
        super().trial_ended(record, trials, best)
        if len(self.ended) >= self.trials:
            raise KeyboardInterrupt


def running(root: Path) -> list[int]:
    return [record.slot for record in records(root) if record.state == "running"]


def beside(root: Path, *arguments):
    """Start a worker in a process of its own and wait until a trial of it runs."""
    process = child(helped, root, *arguments)
    wait_until(lambda: running(root))
    return process


class Endless(LightCrew):
    """Trainings that do not end by themselves."""

    pause_s = 600.0
