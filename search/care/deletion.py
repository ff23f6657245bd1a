"""Deleting a study: its trials, its record in MLflow and its folder, which goes last."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.claiming.lock import brief_lock, study_lock
from search.claiming.owners import living
from search.claiming.storage import database, drop_study
from search.files import StudyFiles, unknown_study
from search.fingerprint import study_id
from search.record.spool import spool_path
from search.stored import read_stored
from search.trials import read_study
from zoo.errors import BadData, BadValue, UnknownName


@dataclass(frozen=True)
class Deleted:
    """What is gone: attempts at trials in the database, runs in MLflow, and bytes of the study's own files."""

    study: str
    trials: int
    runs: int
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo delete --json` prints."""
        return asdict(self)


def delete(
    study: str, confirm: str, root: Path | str = ".", said: Callable[[str], None] = lambda text: None
) -> Deleted:
    """Delete the study of `root` for good, its runs and models in MLflow too; `said` hears of what could not be.

    A kill in between leaves a study that can be deleted again. Raises UnknownName for a study that there is not,
    BadValue while another process runs it or trials of it, and unless `confirm` repeats its name.
    """
    files = StudyFiles(Path(root).resolve(), study)
    attempts = _attempts(files)
    if attempts is None and not files.folder.is_dir():
        raise unknown_study(study, files.root)
    if confirm != study:
        raise BadValue(
            f"confirm is '{confirm}', not the study's name; deleting cannot be taken back. Try --confirm {study}."
        )
    with study_lock(files.folder, instead="delete another study"), brief_lock(files.joining):
        require_nobody(files)
        runs = _forget(files, said)
        if attempts is not None:
            drop_study(files.root, study)
        freed = sum(path.stat().st_size for path in files.folder.rglob("*") if path.is_file())
        _remove(files.folder)
    return Deleted(study, attempts or 0, runs, freed)


def require_nobody(files: StudyFiles) -> None:
    """Raise BadValue while a process runs trials of a study."""
    found = [f"{owner.pid} on {owner.host}" for owner in living(files.folder)]
    if found:
        raise BadValue(
            f"trials of the study '{files.study}' are being run by process {' and '.join(found)}."
            " Wait for it or stop it, then run the same command again."
        )


def _attempts(files: StudyFiles) -> int | None:
    """Return how many attempts the database holds of a study; None when it does not know the study."""
    try:
        return len(read_study(database(files.root), files.study).records)
    except UnknownName:
        return None


def _forget(files: StudyFiles, said: Callable[[str], None]) -> int:
    """Delete what MLflow has of a study, and what waits to be sent; return how many runs there were."""
    from search.tracking import forget

    try:
        key, experiment = study_id(files), read_stored(files).experiment
    except (BadData, UnknownName):  # without its settings nobody knows which runs are its own
        return 0
    for spool in _spools(files, key):
        spool.unlink(missing_ok=True)
    forgotten = forget(files.root, experiment, f"{files.study}-{key}", files.study)
    if forgotten.warning:
        said(forgotten.warning)
    return forgotten.runs


def _spools(files: StudyFiles, key: str) -> Iterator[Path]:
    folder = spool_path(files.root, key).parent
    return (path for place in (folder, folder / "sent") for path in place.glob(f"{files.study}-*{key}*.jsonl"))


def _remove(folder: Path) -> None:
    """Remove a study's folder, what says that it is one last."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    shutil.rmtree(folder)
