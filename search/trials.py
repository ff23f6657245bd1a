"""What a study remembers of its trials, read without Optuna: status of 2,000 trials in a blink."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from zoo.errors import BadData, unknown

SHOWN = 5  # trials, the best
ENDED = ("finished", "pruned", "failed")
_STATES = {"WAITING": "waiting", "RUNNING": "running", "COMPLETE": "finished", "PRUNED": "pruned", "FAIL": "failed"}
_TRIALS = """
    SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE study_id = ? ORDER BY number"""
_VALUES = """
    SELECT trial_id, value FROM trial_values
    WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?) ORDER BY trial_id, objective"""
_ATTRIBUTES = """
    SELECT trial_id, key, value_json FROM trial_user_attributes
    WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)"""


@dataclass(frozen=True)
class TrialRecord:
    """One attempt at one slot.

    `state` is waiting, running, finished, pruned or failed; or killed or interrupted, when the slot runs again.
    `value` is the score by the study's metric, `scores` are all objectives' of a study of several goals, the metric's
    first; `costs` are what is known of the model's, by name, `metrics` those of a trial that was trained to its end,
    `spread` their standard deviations over several trainings, and `forecast` are the costs as they were told before it
    was trained. `foreign` records are of other processes.
    """

    foreign: ClassVar[bool] = False
    number: int
    slot: int
    attempt: int
    state: str
    value: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    builder: str | None = None
    parameters: int | None = None
    epochs: int | None = None
    seconds: float | None = None
    reason: str | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    scores: tuple[float, ...] = ()
    forecast: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether this attempt settled its slot."""
        return self.state in ENDED


@dataclass(frozen=True)
class Trials:
    """How far a study is, in slots; `total` is those that have ended."""

    target: int
    finished: int
    pruned: int
    failed: int
    running: int
    total: int


@dataclass(frozen=True)
class StudyRecord:
    """A study as it lies in the database."""

    name: str
    direction: str  # of the metric
    target: int
    records: tuple[TrialRecord, ...]


def read_study(path: Path, name: str) -> StudyRecord:
    """Return the study `name` of the database at `path`, without locking it; one whose tables are not made is empty.

    Raises UnknownName when there is no such study and BadData when the file cannot be read.
    """
    if not path.exists():
        raise unknown("study", name, ())
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return _read_study(connection, name)
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return StudyRecord(name, "maximize", 0, ())
        raise BadData(
            f"{path} cannot be read ({error}). Move it away to begin anew, or give another --root."
        ) from error


def counts(records: Iterable[TrialRecord], target: int) -> Trials:
    """Return how far a study is towards `target` ended slots."""
    found = Counter(record.state for record in records)
    ended = {state: found[state] for state in ENDED}
    return Trials(target=target, **ended, running=found["running"], total=sum(ended.values()))


def best(records: Iterable[TrialRecord], n: int, direction: str = "maximize") -> tuple[TrialRecord, ...]:
    """Return the `n` best finished trials, best first; of equals the smaller model, then the earlier slot."""
    finished = (record for record in records if record.state == "finished")
    return tuple(sorted(finished, key=rank(direction))[:n])


def leaders(records: Iterable[TrialRecord], direction: str, n: int = SHOWN) -> tuple[TrialRecord, ...]:
    """Return the `n` best trials: those that finished, best first, then those that were stopped early."""
    attempts = tuple(records)
    stopped = [record for record in attempts if record.state == "pruned" and record.value is not None]
    sign = -1 if direction == "maximize" else 1
    return (*best(attempts, n, direction), *sorted(stopped, key=lambda record: (sign * record.value, record.slot)))[:n]


def rank(direction: str) -> Callable[[TrialRecord], tuple[float, int, int]]:
    """Return what finished trials are sorted by, best first; of equals the smaller model, then the earlier slot."""
    sign = -1 if direction == "maximize" else 1
    return lambda record: (sign * record.value, record.parameters or 0, record.slot)


def record_of(
    number: int, state: str, scores: Sequence[float], attributes: Mapping[str, Any], seconds: float | None
) -> TrialRecord | None:
    """Return the record of Optuna's trial, `state` by Optuna's name; None for a trial that belongs to no slot."""
    if "slot" not in attributes:
        return None
    values, left = attributes.get("values", {}), attributes.get("facts", {})
    facts = {key: left.get(key) for key in ("builder", "parameters", "epochs")}
    facts |= {name: left.get(name, {}) for name in ("costs", "metrics", "forecast", "spread")}
    facts |= {"scores": tuple(scores) if len(scores) > 1 else ()}
    value = scores[0] if scores else left.get("score")  # of a trial stopped early Optuna keeps one score, or none
    known = attributes.get("outcome", "failed") if state == "FAIL" else _STATES[state]
    slot, attempt, reason = attributes["slot"], attributes["attempt"], attributes.get("reason")
    return TrialRecord(number, slot, attempt, known, value, values, seconds=seconds, reason=reason, **facts)


def _read_study(connection: sqlite3.Connection, name: str) -> StudyRecord:
    studies = dict(connection.execute("SELECT study_name, study_id FROM studies"))
    if name not in studies:
        raise unknown("study", name, studies)
    key = (studies[name],)
    (direction,) = connection.execute(
        "SELECT direction FROM study_directions WHERE study_id = ? AND objective = 0", key
    ).fetchone()
    settings = dict(connection.execute("SELECT key, value_json FROM study_user_attributes WHERE study_id = ?", key))
    return StudyRecord(name, direction.lower(), json.loads(settings.get("target", "0")), _records(connection, key))


def _records(connection: sqlite3.Connection, key: tuple[int]) -> tuple[TrialRecord, ...]:
    connection.execute("BEGIN")  # both queries see the same moment
    attributes: dict[int, dict[str, Any]] = defaultdict(dict)
    for trial_id, name, text in connection.execute(_ATTRIBUTES, key):
        attributes[trial_id][name] = json.loads(text)
    scores: dict[int, list[float]] = defaultdict(list)
    for trial_id, value in connection.execute(_VALUES, key):
        scores[trial_id].append(value)
    found = (
        record_of(number, state, scores[trial_id], attributes[trial_id], _seconds(start, end))
        for trial_id, number, state, start, end in connection.execute(_TRIALS, key)
    )
    return tuple(record for record in found if record is not None)


def _seconds(start: str | None, end: str | None) -> float | None:
    if start is None or end is None:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
