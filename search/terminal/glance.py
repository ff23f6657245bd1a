"""A glance at a study while it runs: what trains now, who trains it, what ended early, how long it may still take.

Read from disk without Optuna or TensorFlow, as often as somebody looks.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from search.claiming import owners
from search.claiming.database import read_claims, read_reported, read_running
from search.claiming.lock import holder
from search.claiming.storage import database
from search.compressing.standing import Compression, Damaged, compressions
from search.costs.forecasting import Forecast, time_left
from search.files import StudyFiles, read_json
from search.record.spool import spool_path, trial_key
from search.record.spooled import read
from search.result import StudyResult
from search.standing import look
from search.stopping.endings import Ending, endings
from search.stopping.savings import Savings, savings
from search.stored import read_stored
from search.trials import TrialRecord
from zoo.goals import gain

SILENT_S = 60.0  # an owner elsewhere that has not beaten for so long is gone


@dataclass(frozen=True)
class Running:
    """A trial that trains: its last and its best score on validation rows, None before the first epoch has ended."""

    slot: int
    attempt: int
    builder: str | None
    epoch: int
    epochs: int | None
    last: float | None
    best: float | None
    seconds: float | None
    owner: str | None = None


@dataclass(frozen=True)
class Process:
    """A process that runs trials of the study: the conductor, or a worker that joined."""

    kind: str
    host: str
    pid: int


@dataclass(frozen=True)
class Glance:
    """How a study stands at one moment; `runner` is the process that conducts it, None when nobody does.

    `time_left` is None before a trial has ended and when nobody runs the study. `compressions` are those of its trials.
    """

    answer: StudyResult
    runner: int | None = None
    running: tuple[Running, ...] = ()
    processes: tuple[Process, ...] = ()
    ended_early: tuple[Ending, ...] = ()
    saved: Savings | None = None
    time_left: Forecast | None = None
    records: tuple[TrialRecord, ...] = field(default=(), repr=False)
    compressions: tuple[Compression | Damaged, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for: nobody runs the study any more."""
        return self.runner is None and not self.processes

    def to_json(self) -> dict[str, Any]:
        """Return the study's answer with all that is known of it now, as plain JSON values."""
        now = asdict(self)
        own = {name: now[name] for name in ("running", "processes", "ended_early")}
        told = {"time_left": self.time_left, "saved": self.saved}
        own |= {name: one and one.to_json() for name, one in told.items()}
        return {**self.answer.to_json(), **own, "compressions": [one.to_json() for one in self.compressions]}


def glance(study: str, root: Path | str = ".", now: float | None = None) -> Glance:
    """Return how a study stands at `now`, seconds since 1970; raise as `search.status` does."""
    files, moment = StudyFiles(Path(root).resolve(), study), time.time() if now is None else now
    runner = holder(files.folder)  # before the trials, so that the last look at a study that ends sees its end
    answer, records = look(files)
    claims = read_claims(database(files.root), study)
    processes = _processes(files, claims, runner)
    alive = runner is not None or bool(processes)
    running = _running(files, answer.goal, records, claims, moment) if alive else ()
    return Glance(
        answer=answer,
        runner=runner,
        running=running,
        processes=processes,
        ended_early=endings(records),
        saved=savings(records, read_stored(files).members),
        time_left=_time_left(files, records, answer, len(running)) if alive else None,
        records=records,
        compressions=compressions(files),
    )


def _time_left(files: StudyFiles, records: Iterable[TrialRecord], answer: StudyResult, running: int) -> Forecast | None:
    asked = read_stored(files).asked
    workers = running or asked["workers"] or 1
    return time_left(records, answer.trials, workers, asked.get("finalists", 0))


def _processes(files: StudyFiles, claims: Mapping[Any, tuple[str, float]], runner: int | None) -> tuple[Process, ...]:
    """Return the processes that live, by their locks here and their beats elsewhere."""
    found = {one.name: Process(one.kind, one.host, one.pid) for one in owners.living(files.folder)}
    for name, age in claims.values():
        if name not in found and age <= SILENT_S and not owners.fate(files.folder, name):
            known = owners.known(files.folder, name)
            found[name] = Process(known.kind, known.host, known.pid)
    if runner is not None and runner not in {one.pid for one in found.values()}:
        found[""] = Process(owners.CONDUCTOR, socket.gethostname(), runner)
    return tuple(sorted(found.values(), key=lambda one: (one.kind, one.host, one.pid)))


def _running(
    files: StudyFiles,
    goal: str,
    records: Iterable[TrialRecord],
    claims: Mapping[tuple[int, int], tuple[str, float]],
    now: float,
) -> tuple[Running, ...]:
    own = sorted((one for one in records if one.state == "running"), key=lambda one: one.slot)
    if not own:
        return ()
    began, stored = read_running(database(files.root), files.study), read_json(files.fingerprint)
    reported = read_reported(database(files.root), files.study, running=True)
    found = []
    for one in own:
        scores = _epochs(files, stored.get("id", ""), one, goal) or reported.get(one.number, {})
        start, owner = began.get(one.number), claims.get((one.slot, one.attempt), (None, 0.0))[0]
        builder = one.builder or one.values.get("model.builder")
        epochs = one.values.get("train.epochs") or _most_epochs(stored)
        best = max(scores.values(), key=lambda value: gain(goal, value), default=None)
        last = scores[max(scores)] if scores else None
        seconds = None if start is None else max(0.0, now - start)
        progress = max(scores, default=0), epochs, last, best, seconds
        found.append(Running(one.slot, one.attempt, builder, *progress, owner))
    return tuple(found)


def _epochs(files: StudyFiles, identity: str, record: TrialRecord, goal: str) -> dict[int, float]:
    """Return the score after each epoch, as the trial's own record on disk has it; none where it lies elsewhere."""
    path = spool_path(files.root, trial_key(files.study, record.slot, record.attempt, identity))
    try:
        events = read(path)
    except OSError:
        return {}
    metrics = [event for event in events if event["kind"] == "metrics" and f"val/{goal}" in event["values"]]
    return {event["step"]: float(event["values"][f"val/{goal}"]) for event in metrics}


def _most_epochs(stored: Mapping[str, Any]) -> int | None:
    domain = stored.get("space", {}).get("train", {}).get("epochs", {})
    return max(domain.get("values") or [domain.get("high")], default=None)
