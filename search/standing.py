"""How a study stands: how far it is and what it found, read from disk without Optuna or TensorFlow."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.answer import leaders
from search.files import StudyFiles, read_json, unknown_study
from search.lock import holder
from search.ranges import as_range
from search.result import StudyResult
from search.settings import OPTIONS, Settings
from search.storage import database
from search.trials import StudyRecord, counts, read_study
from zoo.errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

_USUAL = {field.name: field.default for field in fields(Settings) if field.name in OPTIONS}


def status(study: str, root: Path | str = ".") -> StudyResult:
    """Return the study as it stands; champion and baselines are there once it has ended."""
    files = StudyFiles(Path(root).resolve(), study)
    if not files.fingerprint.exists():
        raise unknown_study(study, files.root)
    fingerprint, stored = read_json(files.fingerprint), _stored(files)
    now = counts(stored.records, stored.target or fingerprint["asked"]["trials"])
    ended = StudyResult.from_json(read_json(files.report)) if files.report.exists() else None
    if ended is not None and ended.trials.total == now.total and now.total >= now.target:
        return ended
    return StudyResult(
        study=study,
        goal=fingerprint["goal"],
        trials=now,
        top=leaders(stored.records),
        searched=_searched(fingerprint["space"]),
        folder=files.relative(files.folder),
    )


def runs_in(study: str, root: Path | str = ".") -> int | None:
    """Return the id of the process that runs the study now, None when nobody does."""
    return holder(StudyFiles(Path(root).resolve(), study).folder)


def command(study: str, root: Path | str = ".") -> str:
    """Return the `zoo tune` that goes on with a study, or "" when its data was in memory."""
    asked = read_json(StudyFiles(Path(root).resolve(), study).fingerprint)["asked"]
    if asked["data"] is None:
        return ""
    words = ["zoo", "tune", asked["data"], "--study", study]
    for name, usual in _USUAL.items():
        if asked[name] != usual:
            words += [f"--{name}", str(asked[name])]
    words += ["--builder", ",".join(asked["builders"])] if asked["builders"] else []
    ranges = {name: as_range(name, given) for name, given in asked["narrowed"].items()}
    words += [word for name, value in asked["fixed"].items() for word in ("--set", f"{name}={json.dumps(value)}")]
    words += [word for name, given in ranges.items() for word in ("--space", f"{name}={given}")]
    return shlex.join(words)


def frame(study: str, root: Path | str = ".") -> pd.DataFrame:
    """Return the trials as a DataFrame: a row an attempt, dotted values as columns."""
    import pandas as pd

    stored = read_study(database(Path(root).resolve()), study)
    rows: list[dict[str, Any]] = [{**vars(record), **record.values} for record in stored.records]
    return pd.DataFrame(rows).drop(columns="values", errors="ignore")


def _stored(files: StudyFiles) -> StudyRecord:
    """Return what the database holds of a study, which may be nothing yet."""
    try:
        return read_study(database(files.root), files.study)
    except UnknownName:
        return StudyRecord(files.study, "maximize", 0, ())


def _searched(space: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the dotted names that the space of a fingerprint varies for each builder."""
    varied = {part: [name for name, drawn in own.items() if _varies(drawn)] for part, own in space.items()}
    training = tuple(f"train.{name}" for name in varied.pop("train"))
    return {builder: (*(f"model.{name}" for name in names), *training) for builder, names in varied.items()}


def _varies(drawn: Mapping[str, Any]) -> bool:
    return len(drawn["values"]) > 1 if "values" in drawn else drawn["low"] < drawn["high"]
