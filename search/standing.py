"""How a study stands: how far it is and what it found, read from disk without Optuna or TensorFlow."""

from __future__ import annotations

import shlex
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.aims import Aims
from search.answered import read_answer
from search.claiming.ledger import Ledger
from search.claiming.lock import holder
from search.claiming.storage import database
from search.drawing.ranges import as_range, as_word
from search.files import StudyFiles, plain_name, studies
from search.result import StudyResult, Unreadable
from search.settings import EPOCHS, OPTIONS, Settings
from search.stopping.endings import known_of
from search.stored import StoredStudy, read_stored
from search.trials import StudyRecord, TrialRecord, Trials, counts, leaders, read_study
from zoo.errors import UnknownName, ZooError

if TYPE_CHECKING:
    import pandas as pd

_OPTIONS = {
    **{"trial_timeout": "--trial-timeout", "stop_after_no_gain": "--stop-after-no-gain"},
    **{"from_study": "--from", "hypermodel": "--hypermodel"},
}
_SPREAD = ("values", "metrics", "costs", "scores", "forecast", "spread")  # of a record: each of their parts is a column
_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def status(study: str, root: Path | str = ".") -> StudyResult:
    """Return the study as it stands; champion and baselines are there once it has ended.

    Raises UnknownName for a study that is not there and BadData, naming the file, for one that cannot be read.
    """
    return look(StudyFiles(Path(root).resolve(), study))[0]


def look(files: StudyFiles) -> tuple[StudyResult, tuple[TrialRecord, ...]]:
    """Return a study as it stands, as `status` does, and every attempt of it; the database is read once."""
    stored, record = read_stored(files), _record(files)
    return _standing(files, stored, record), record.records


def _standing(files: StudyFiles, stored: StoredStudy, record: StudyRecord) -> StudyResult:
    now = counts(record.records, record.target or stored.asked["trials"])
    ended = read_answer(files) if files.report.exists() else None
    if ended is not None and ended.trials.total == now.total and _is_over(stored, record, now):
        return ended
    return StudyResult(
        study=files.study,
        goal=stored.goal,
        trials=now,
        top=leaders(record.records, record.direction),
        searched=stored.searched,
        folder=files.relative(files.folder),
        goals=stored.goals,
        limits=stored.limits,
        precision=stored.precision,
        front=stored.aims.front(record.records) if len(stored.goals) > 1 else (),
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
    alone = Settings("", device=asked["device"], hypermodel=asked["hypermodel"])  # what a device decides needs no word
    usual = {**_DEFAULTS, "precision": alone.precision, "compress": alone.compress}
    for name in OPTIONS:
        if asked[name] in (usual[name], []):
            continue
        if asked[name] is True:
            words.append(f"--{name}")
            continue
        given = asked[name] if isinstance(asked[name], list) else [asked[name]]
        given = [",".join(given)] if name == "augment" else given
        words += [word for value in given for word in (f"--{name}", str(value))]
    words += [word for name, option in _OPTIONS.items() if asked[name] for word in (option, str(asked[name]))]
    words += ["--builder", ",".join(asked["builders"])] if asked["builders"] else []
    words += [word for path in asked["plugins"] for word in ("--plugin", path)]
    ranges = {name: as_range(name, given) for name, given in asked["narrowed"].items()}
    fixed = {name: as_word(value) for name, value in asked["fixed"].items()}
    words += ["--epochs", fixed.pop(EPOCHS)] if EPOCHS in fixed else []
    words += [word for name, value in fixed.items() for word in ("--set", f"{name}={value}")]
    words += [word for name, given in ranges.items() for word in ("--space", f"{name}={given}")]
    return shlex.join(words)


def next_command(answer: StudyResult, root: Path | str = ".") -> str:
    """Return the `zoo tune` that goes on with a study: with the trials that are left, or with three times as many."""
    trials = answer.trials
    return command(answer.study, root, trials=trials.target if trials.total < trials.target else 3 * trials.total)


def frame(study: str, root: Path | str = ".") -> pd.DataFrame:
    """Return the trials as a DataFrame: a row an attempt, with these columns, empty where a trial has no such thing.

    First its facts: number, slot, attempt, state, value (of the study's metric), builder, parameters, epochs, seconds,
    reason, and `front`: whether no trial beats it. Then the dotted values that it drew; each goal as goal/accuracy or
    goal/bytes; its metrics on validation rows as val/accuracy, and their deviations over several trainings
    as spread/accuracy; what its model takes as params, and where files were weighed bytes, ram, macs, latency; and as
    forecast/bytes what was told of that before it was trained.
    """
    import pandas as pd

    files = StudyFiles(Path(root).resolve(), study)
    stored, aims = read_study(database(files.root), study), read_stored(files).aims
    front = {record.number for record in aims.front(stored.records)}
    facts = [field.name for field in fields(TrialRecord) if field.name not in _SPREAD]
    rows = [{**_row(record, aims), "front": record.number in front} for record in stored.records]
    seen = dict.fromkeys([*facts, "front", *(name for row in rows for name in row)])
    return pd.DataFrame(rows, columns=list(seen))


def _row(record: TrialRecord, aims: Aims) -> dict[str, Any]:
    facts = {name: value for name, value in vars(record).items() if name not in _SPREAD}
    known = {**known_of(record), **dict(zip(aims.objectives, record.scores, strict=False)), aims.metric: record.value}
    goals = {f"goal/{name}": known.get(name) for name in aims.goals}
    metrics = {f"val/{name}": value for name, value in record.metrics.items()}
    forecast = {f"forecast/{name}": value for name, value in record.forecast.items()}
    spread = {f"spread/{name}": value for name, value in record.spread.items()}
    return {**facts, **record.values, **goals, **metrics, **spread, **record.costs, **forecast}


def _is_over(stored: StoredStudy, record: StudyRecord, now: Trials) -> bool:
    """Tell whether a study begins no more trials: it has all of them, or the last ones were no better."""
    patience = stored.asked["stop_after_no_gain"]
    if now.total >= now.target or patience is None:
        return now.total >= now.target
    ways = stored.aims.directions
    return Ledger(record.records, ways[0], ways[1:]).without_gain >= patience


def named_champion(files: StudyFiles) -> int | None:
    """Return the slot of the champion that was named last, also of a study that has grown since; None before that."""
    champion = read_answer(files).champion if files.report.exists() else None
    return None if champion is None else int(champion.trial.rpartition("#")[2])


def _record(files: StudyFiles) -> StudyRecord:
    """Return what the database holds of a study, which may be nothing yet."""
    try:
        return read_study(database(files.root), files.study)
    except UnknownName:
        return StudyRecord(files.study, "maximize", 0, ())
