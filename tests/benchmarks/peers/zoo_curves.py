"""Curves: every trial of a study trained to its last epoch, nothing stopped, with what its model takes.

The row holds random draws under `curves` and, under `defaults`, every builder's default values with several seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import search
from search.watcher import Watcher
from zoo.builders import BUILDERS
from zoo.recipe import TrainConfig
from zoo.signature import parameters_in
from zoo.space import space_of

from .job import Job, Spec
from .marks import Marks

METRIC, LOSS = "val/accuracy", "val/log_loss"
GOALS = ("accuracy", "bytes", "macs")
PATIENCE = TrainConfig().patience
SEEDS = 5  # of each builder's defaults


class Recorder(Watcher):
    """Keeps what each trial scores after each epoch, and what its model takes; ends before anything is exported."""

    def __init__(self, marks: Marks) -> None:
        self.curves: list[Mapping[str, Any]] = []
        self._marks, self._logs = marks, []

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Keep an epoch."""
        super().on_epoch_end(epoch, logs)
        self._logs.append((logs[METRIC], logs[LOSS]))

    def trial_ended(self, record: Any, trials: Any, best: Any) -> None:
        """Put a trial's curve away."""
        self._marks.mark()
        logs, self._logs = self._logs, []
        drawn = {name: record.values[name] for name in sorted(record.values)}
        values = {name: value for name, value in drawn.items() if name.startswith("model.") or name in _searched()}
        costs = {name: record.costs[name] for name in ("params", "bytes", "macs")}
        scores = [round(score, 5) for score, _ in logs]
        self.curves.append({"values": values, "costs": costs, "scores": scores, "ends": _end(logs)})

    def exporting(self, champion: Any) -> None:
        """Go no further."""
        self.stop_asked = True
        self.heed()


def main() -> None:
    """Train the draws and the defaults, and print the row."""
    job, marks = Job.asked(), Marks()
    drawn = _study(job, marks, "drawn", job.spec, {}, 0)
    defaults = [
        one
        for builder in job.spec.builders
        for seed in range(SEEDS)
        for one in _study(
            job, marks, f"{builder}-{seed}", Spec((builder,), 1, job.spec.epochs), _defaults(builder), seed
        )
    ]
    best = max(max(one["scores"]) for one in drawn)
    marks.row(best, curves=drawn, defaults=defaults)


def _study(job: Job, marks: Marks, name: str, spec: Spec, fixed: Mapping[str, Any], seed: int) -> list:
    recorder = Recorder(marks)
    lasting = {"train.epochs": spec.epochs, "train.patience": spec.epochs}
    asked = {"builders": spec.builders, "trials": spec.trials, "seed": seed, "fixed": {**fixed, **lasting}}
    asked |= {"goal": GOALS, "sampler": "random", "pruner": "none", "workers": 0, "rows": job.spec.rows}
    try:
        search.tune(job.data, root=job.folder, study=name, watcher=recorder, **asked)
    except KeyboardInterrupt:
        if not recorder.stop_asked:
            raise
    return recorder.curves


def _searched() -> set[str]:
    return {f"train.{name}" for name, one in space_of(TrainConfig).items() if len(one.domain.points()) > 1}


def _defaults(builder: str) -> dict[str, Any]:
    """Return what fixes everything that a study of `builder` would search at its default."""
    model = {f"model.{name}": one.default for name, one in parameters_in(BUILDERS.entries[builder].node).items()}
    train = asdict(TrainConfig())
    return {**model, **{name: train[name.partition(".")[2]] for name in _searched()}}


def _end(logs: list[tuple[float, float]]) -> int:
    """Return after which epoch patience would have ended a training, as `zoo.training` does."""
    best, lowest, risen = float("-inf"), float("inf"), 0
    for epoch, (score, loss) in enumerate(logs, start=1):
        risen = epoch if score > best or loss < lowest else risen
        best, lowest = max(best, score), min(lowest, loss)
        if epoch - risen == PATIENCE:
            return epoch
    return len(logs)


if __name__ == "__main__":
    main()
