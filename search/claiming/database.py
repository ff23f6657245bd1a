"""Rows of Optuna's tables, read without Optuna and without locking anybody out."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

_SPANS = "SELECT number, datetime_start, datetime_complete FROM trials WHERE study_id = ?"
_REPORTED = """
    SELECT trials.number, step, intermediate_value FROM trial_intermediate_values
    JOIN trials ON trials.trial_id = trial_intermediate_values.trial_id WHERE trials.study_id = ? ORDER BY step"""
_REPORTED_BESIDE = """
    SELECT trials.number, key, value_json FROM trial_user_attributes
    JOIN trials ON trials.trial_id = trial_user_attributes.trial_id
    WHERE trials.study_id = ? AND key LIKE 'reported %'"""
_NOW = "SELECT * FROM ({}) WHERE number IN (SELECT number FROM trials WHERE state = 'RUNNING')"
_RUNNING = "SELECT number, datetime_start FROM trials WHERE study_id = ? AND state = 'RUNNING'"
_BEATS = """
    SELECT slot, attempt, owner, (julianday('now') - 2440587.5) * 86400.0 - beat FROM zoo_claims
    WHERE study = ? AND state = 'running'"""
_DRAWN = """
    SELECT trials.number, param_name, param_value, distribution_json FROM trial_params
    JOIN trials ON trials.trial_id = trial_params.trial_id WHERE trials.study_id = ?"""


def read_spans(path: Path, study: str, now: float) -> dict[int, tuple[float, float]]:
    """Return when each trial, by Optuna's number, began and ended, in seconds since 1970; one that runs ends `now`."""
    spans = {}
    for number, start, end in _rows(path, study, _SPANS):
        if start is not None:
            spans[number] = _moment(start), now if end is None else _moment(end)
    return spans


def read_running(path: Path, study: str) -> dict[int, float]:
    """Return when each trial that runs, by Optuna's number, began, in seconds since 1970."""
    return {number: _moment(start) for number, start in _rows(path, study, _RUNNING) if start is not None}


def read_claims(path: Path, study: str) -> dict[tuple[int, int], tuple[str, float]]:
    """Return who runs each attempt, by slot and attempt: an owner's name, and the seconds since it last beat."""
    return {(slot, attempt): (owner, age) for slot, attempt, owner, age in _rows(path, study, _BEATS)}


def read_drawn(path: Path, study: str) -> dict[int, dict[str, tuple[float, str]]]:
    """Return what each trial, by Optuna's number, drew: a number as Optuna stores it and the distribution's JSON."""
    drawn: dict[int, dict[str, tuple[float, str]]] = defaultdict(dict)
    for number, name, value, distribution in _rows(path, study, _DRAWN):
        drawn[number][name] = value, distribution
    return dict(drawn)


def read_reported(path: Path, study: str, running: bool = False) -> dict[int, dict[int, float]]:
    """Return what each trial, by Optuna's number, reported at which epochs: its best value so far.

    With `running` only of those that run now.
    """
    reported: dict[int, dict[int, float]] = defaultdict(dict)
    by_steps, beside = ((query, _NOW.format(query))[running] for query in (_REPORTED, _REPORTED_BESIDE))
    for number, step, value in _rows(path, study, by_steps):
        if value is not None:
            reported[number][step] = value
    for number, name, value in _rows(path, study, beside):  # in studies of several goals
        reported[number][int(name.partition(" ")[2])] = float(value)
    return {number: dict(sorted(by_epoch.items())) for number, by_epoch in reported.items()}


def _rows(path: Path, study: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query about one study; none where the study or its tables are not there."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            found: Mapping[str, int] = dict(connection.execute("SELECT study_name, study_id FROM studies"))
            return connection.execute(query, (found[study],)).fetchall() if study in found else []
        except sqlite3.OperationalError:
            return []


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
