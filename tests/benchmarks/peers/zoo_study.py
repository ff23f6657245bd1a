"""A study of this project by `search.tune`, tracking and all; trials are marked as a watcher hears of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import search
from search.watcher import Watcher

from .asking import fixed, narrowed
from .job import Job
from .marks import Marks


class Clock(Watcher):
    """Marks the end of each trial; ends the study at the target, or before the exports when none are asked for."""

    def __init__(self, job: Job, marks: Marks) -> None:
        self.spec, self.marks, self.began = job.spec, marks, job.began
        self.best: float | None = None
        self.drawn: list[Mapping[str, Any]] = []

    def searching(self) -> None:
        """The loop over the trials begins."""
        self.marks.begin()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Look whether the target is reached."""
        super().on_epoch_end(epoch, logs)
        if self.spec.target is not None and logs["val/accuracy"] >= self.spec.target:
            self.marks.row(logs["val/accuracy"], reached=round(time.time() - self.began, 2))
            self.stop_asked = True
            self.heed()

    def trial_ended(self, record: Any, trials: Any, best: Any) -> None:
        """Mark the trial."""
        self.marks.mark()
        self.drawn.append(dict(record.values))
        self.best = None if best is None else best.value
        if len(self.drawn) == self.spec.settle:
            self.marks.settle()

    def exporting(self, champion: Any) -> None:
        """Go on to the exports only where they are asked for."""
        if not self.spec.exports:
            self.stop_asked = True
            self.heed()


def main() -> None:
    """Run the study and print the row."""
    job, marks = Job.asked(), Marks()
    spec, clock = job.spec, Clock(job, marks)
    asked = {"builders": tuple(spec.builders), "fixed": fixed(spec), "narrowed": narrowed(spec), "rows": spec.rows}
    asked |= {} if spec.workers is None else {"workers": spec.workers}
    asked |= {"sampler": spec.search, "pruner": spec.pruner, "seed": spec.seed, "trials": spec.trials}
    try:
        search.tune(job.data, root=job.folder, study="benchmark", watcher=clock, **asked)
    except KeyboardInterrupt:
        if not clock.stop_asked:
            raise
    if spec.target is None or len(clock.drawn) == spec.trials:
        marks.row(clock.best, drawn=clock.drawn)


if __name__ == "__main__":
    main()
