"""How a study stands: how far it is and what it found, read from disk without Optuna or TensorFlow."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.aims import Aims
from search.answer import leaders
from search.files import StudyFiles, plain_name, read_json, studies
from search.ledger import Ledger
from search.lock import holder
from search.ranges import as_range, as_word
from search.result import StudyResult, Unreadable
from search.settings import EPOCHS, OPTIONS, Settings
from search.storage import database
from search.stored import read_stored
from search.trials import StudyRecord, TrialRecord, counts, read_study
from zoo.errors import BadData, UnknownName, ZooError
from zoo.goals import direction

if TYPE_CHECKING:
    import pandas as pd

_OPTIONS = {
    **{"trial_timeout": "--trial-timeout", "stop_after_no_gain": "--stop-after-no-gain"},
    "from_study": "--from",
}
_SPREAD = ("values", "metrics", "costs", "scores")  # of a record: each of their parts is a column
_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def status(study: str, root: Path | str = ".") -> StudyResult:
    """Return the study as it stands; champion and baselines are there once it has ended.

    Raises UnknownName for a study that is not there and BadData, naming the file, for one that cannot be read.
    """
    files = StudyFiles(Path(root).resolve(), study)
    stored, record = read_stored(files), _record(files)
    now = counts(record.records, record.target or stored.asked["trials"])
    ended = _answer(files) if files.report.exists() else None
    if ended is not None and ended.trials.total == now.total and now.total >= now.target:
        return ended
    return StudyResult(
        study=study,
        goal=stored.goal,
        trials=now,
        top=leaders(record.records, record.direction),
        searched=stored.searched,
        folder=files.relative(files.folder),
        goals=stored.goals,
        limits=stored.limits,
        precision=stored.precision,
        front=_front(stored.goal, stored.goals, record.records),
    )


def statuses(root: Path | str = ".") -> tuple[StudyResult | Unreadable, ...]:
    """Return every study below `root` as it stands; one that cannot be read hides no other."""
    return tuple(_status_or_reason(study, root) for study in studies(Path(root)))


def _status_or_reason(study: str, root: Path | str) -> StudyResult | Unreadable:
    try:
        return status(study, root)
    except ZooError as error:
        return Unreadable(study, str(error))


def runs_in(study: str, root: Path | str = ".") -> int | None:
    """Return the id of the process that runs the study now, None when nobody does."""
    return holder(StudyFiles(Path(root).resolve(), study).folder)


def command(study: str, root: Path | str = ".", **changes: Any) -> str:
    """Return the `zoo tune` that goes on with a study, or "" when only Python can: data in memory, other threads.

    `changes` are asked for instead of what was asked before, such as more `trials`.
    """
    asked = {**read_stored(StudyFiles(Path(root).resolve(), study)).asked, **changes}
    if asked["data"] is None or asked["threads"] != _DEFAULTS["threads"]:
        return ""
    words = ["zoo", "tune", asked["data"]]
    words += ["--study", study] if study != plain_name(Path(asked["data"]).stem) else []
    for name in OPTIONS:
        if asked[name] in (_DEFAULTS[name], []):
            continue
        given = asked[name] if isinstance(asked[name], list) else [asked[name]]
        given = [",".join(given)] if name == "augment" else given
        words += [word for value in given for word in (f"--{name}", str(value))]
    words += [word for name, option in _OPTIONS.items() if asked[name] for word in (option, str(asked[name]))]
    words += ["--builder", ",".join(asked["builders"])] if asked["builders"] else []
    ranges = {name: as_range(name, given) for name, given in asked["narrowed"].items()}
    fixed = {name: as_word(value) for name, value in asked["fixed"].items()}
    words += ["--epochs", fixed.pop(EPOCHS)] if EPOCHS in fixed else []
    words += [word for name, value in fixed.items() for word in ("--set", f"{name}={value}")]
    words += [word for name, given in ranges.items() for word in ("--space", f"{name}={given}")]
    return shlex.join(words)


def frame(study: str, root: Path | str = ".") -> pd.DataFrame:
    """Return the trials as a DataFrame: a row an attempt; columns are its facts, dotted values, metrics and costs.

    Metrics bear names such as val/accuracy, costs their own: params, and where files were measured bytes, ram, macs.
    """
    import pandas as pd

    stored = read_study(database(Path(root).resolve()), study)
    return pd.DataFrame([_row(record) for record in stored.records])


def _row(record: TrialRecord) -> dict[str, Any]:
    facts = {name: value for name, value in vars(record).items() if name not in _SPREAD}
    metrics = {f"val/{name}": value for name, value in record.metrics.items()}
    return {**facts, **record.values, **metrics, **record.costs}


def _front(metric: str, goals: Sequence[str], records: Iterable[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Return the trials so far that none dominates; none of a study of one goal, whose best is at the top."""
    if len(goals) < 2:
        return ()
    ways = [direction(name) for name in Aims(metric, tuple(goals)).objectives]
    return Ledger(records, ways[0], ways[1:]).front()


def _answer(files: StudyFiles) -> StudyResult:
    """Return the answer in a study's report.json."""
    values = read_json(files.report)
    try:
        return StudyResult.from_json(values)
    except BadData as error:
        raise BadData(f"{files.report} is {error} Run the same `zoo tune` again; it writes a new one.") from error


def _record(files: StudyFiles) -> StudyRecord:
    """Return what the database holds of a study, which may be nothing yet."""
    try:
        return read_study(database(files.root), files.study)
    except UnknownName:
        return StudyRecord(files.study, "maximize", 0, ())
