"""How a study stands: how far it is and what it found, read from disk without Optuna or TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.answer import leaders
from search.files import StudyFiles, read_json, unknown_study
from search.lock import holder
from search.result import StudyResult
from search.storage import database
from search.trials import counts, read_study

if TYPE_CHECKING:
    import pandas as pd


def status(study: str, root: Path | str = ".") -> StudyResult:
    """Return the study as it stands; champion and baselines are there once it has ended."""
    files = StudyFiles(Path(root).resolve(), study)
    if not files.fingerprint.exists():
        raise unknown_study(study, files.root)
    stored = read_study(database(files.root), study)
    goal = read_json(files.fingerprint)["goal"]
    now = counts(stored.records, stored.target)
    ended = StudyResult.from_json(read_json(files.report)) if files.report.exists() else None
    if ended is not None and ended.trials.total == now.total and now.total >= now.target:
        return ended
    return StudyResult(study, goal, now, top=leaders(stored.records), folder=files.relative(files.folder))


def runs_in(study: str, root: Path | str = ".") -> int | None:
    """Return the id of the process that runs the study now, None when nobody does."""
    return holder(StudyFiles(Path(root).resolve(), study).folder)


def frame(study: str, root: Path | str = ".") -> pd.DataFrame:
    """Return the trials as a DataFrame: a row an attempt, dotted values as columns."""
    import pandas as pd

    stored = read_study(database(Path(root).resolve()), study)
    rows: list[dict[str, Any]] = [{**vars(record), **record.values} for record in stored.records]
    return pd.DataFrame(rows).drop(columns="values", errors="ignore")
