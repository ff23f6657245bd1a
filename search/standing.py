"""How a study stands: how far it is and what it found, read from disk without Optuna or TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
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
    fingerprint = read_json(files.fingerprint)
    now = counts(stored.records, stored.target)
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


def frame(study: str, root: Path | str = ".") -> pd.DataFrame:
    """Return the trials as a DataFrame: a row an attempt, dotted values as columns."""
    import pandas as pd

    stored = read_study(database(Path(root).resolve()), study)
    rows: list[dict[str, Any]] = [{**vars(record), **record.values} for record in stored.records]
    return pd.DataFrame(rows).drop(columns="values", errors="ignore")


def _searched(space: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the dotted names that the space of a fingerprint varies for each builder."""
    varied = {part: [name for name, drawn in own.items() if _varies(drawn)] for part, own in space.items()}
    training = tuple(f"train.{name}" for name in varied.pop("train"))
    return {builder: (*(f"model.{name}" for name in names), *training) for builder, names in varied.items()}


def _varies(drawn: Mapping[str, Any]) -> bool:
    return len(drawn["values"]) > 1 if "values" in drawn else drawn["low"] < drawn["high"]
