"""Backup: a copy of everything below mlruns that studies go on from, made while they run.

What is copied first is what the rest follows from. A trial has its files before the database says that it ended, and
its lines in a spool before MLflow has them. So the databases are copied first, by SQLite itself, then the spools, with
nobody shipping in between, and then the files: in the copy nothing is promised that is not there. Trials that ran then
are begun again in the copy, from their last states.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.care.remains import at_work, sweep_beside
from search.claiming.storage import database
from search.files import StudyFiles, studies, write_json
from search.stored import read_stored
from search.trials import read_study
from zoo.aside import whole_folder
from zoo.errors import BadData, BadValue, UnknownName, ZooError

MARKER = "backup.json"  # beside mlruns in a copy
DATABASES = ("optuna.db", "mlflow.db")  # trials first: a run in MLflow may be ahead of its trial
_HALF_WRITTEN = re.compile(r"\..*\.part|\.mlflow-.*")
_LEFT_OUT = re.compile(r"lock|joining|(ship|optuna)\.lock|(optuna|mlflow)\.db(-\w+)?|ui\.log|\..*\.part")
_WAIT_S, _TRIES = 60.0, 5  # for another process that is shipping; for a folder that stands still while it is copied


@dataclass(frozen=True)
class Backup:
    """A copy that was opened and read: where it lies, and how much it holds."""

    path: Path
    studies: int
    trials: int
    files: int
    bytes: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo backup --json` prints."""
        return {**asdict(self), "path": str(self.path)}


def backup(target: Path | str, root: Path | str = ".", force: bool = False) -> Backup:
    """Copy the studies of `root` to the folder `target`, which is then a root of its own; studies may run meanwhile.

    The copy is read through before it stands at `target`: until then a folder of another name beside it holds it, which
    the next call removes when this one is killed. Raises BadValue for a target that is there, unless `force`
    may replace it and it is a backup, or that lies in what is copied, and BadData for a copy that cannot be read.
    """
    began, source, place = time.monotonic(), Path(root).resolve(), Path(target).resolve()
    _require_target(place, source, force)
    with ExitStack() as held, whole_folder(place, MARKER, force) as folder:
        held.enter_context(at_work(folder))
        _copy_databases_and_spools(source / "mlruns", folder / "mlruns")
        _copy_files(source / "mlruns", folder / "mlruns")
        names, trials = studies(folder), _trials_in(folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        counted = {"studies": len(names), "trials": trials, "files": len(files)}
        counted["bytes"] = sum(path.stat().st_size for path in files)
        write_json(folder / MARKER, {"schema": 1, "made": int(time.time()), **counted})
    return Backup(place, **counted, seconds=round(time.monotonic() - began, 3))


def _require_target(place: Path, source: Path, force: bool) -> None:
    mlruns = source / "mlruns"
    if not mlruns.is_dir():
        raise BadData(f"no studies lie at {mlruns}; run `zoo tune digits` first, or give --root.")
    if place.is_relative_to(mlruns) or mlruns.is_relative_to(place):
        raise BadValue(f"{place} lies in what is copied, or holds it. Give a folder outside {source}.")
    sweep_beside(place, MARKER)
    with suppress(OSError):
        place.rmdir()  # an empty one
    if not place.exists():
        return
    if not (place / MARKER).is_file():
        raise BadValue(f"{place} exists and is no backup: it holds no {MARKER}. Choose another folder.")
    if not force:
        raise BadValue(f"{place} exists; nothing is overwritten. Choose another folder, or add --force.")


def _copy_databases_and_spools(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    with _nobody_ships(source.parent):
        for name in DATABASES:
            if (source / name).exists():
                _copy_database(source / name, target / name)
        for folder in ("spool/sent", "spool"):  # in this order: a run that goes on takes its spool back from there
            _copy(source / folder, target / folder)


@contextmanager
def _nobody_ships(root: Path) -> Iterator[None]:
    """Keep others from shipping, whose spools wait meanwhile; trials go on."""
    from search.tracking import only_shipper

    try:
        with only_shipper(root, _WAIT_S):
            yield
    except BlockingIOError as error:
        raise ZooError(f"{root} was being shipped for {_WAIT_S:.0f} s. Run the same command again.") from error


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it, and check the copy."""
    reason = ""
    try:
        read_only = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)
        with closing(read_only) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            (reason,) = new.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        reason = str(error)
    if reason != "ok":
        raise BadData(f"{source} cannot be copied ({reason}). Mend it, or move it away, and try again.")


def _copy_files(source: Path, target: Path) -> None:
    """Copy what is neither database nor spool: studies, and then the files of runs, which are never changed."""
    for study in _entries(source / "studies"):
        _copy_study(study, target / "studies" / study.name)
    for path in _entries(source):
        if path.name not in ("studies", "spool"):
            _copy(path, target / path.name)


def _copy_study(source: Path, target: Path) -> None:
    """Copy a study; its champion and its bundles, which are replaced as a whole, each all old or all new."""
    target.mkdir(parents=True)
    for path in _entries(source):
        if path.name == "exports":
            for bundle in _entries(path):
                _copy_standing(bundle, target / path.name / bundle.name)
        elif path.name == "champion":
            _copy_standing(path, target / path.name)
        else:
            _copy(path, target / path.name)


def _copy_standing(folder: Path, target: Path) -> None:
    for _ in range(_TRIES):
        before = _identity(folder)
        shutil.rmtree(target, ignore_errors=True)
        _copy(folder, target)
        if before == _identity(folder):
            return
    raise ZooError(f"{folder} is being replaced again and again. Run the same command again when it stands still.")


def _identity(folder: Path) -> int | None:
    return folder.stat().st_ino if folder.exists() else None


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder; not what went meanwhile, as states and weights do: it is made again from the rest."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for path in _entries(source):
            _copy(path, target / path.name)
        return
    with suppress(FileNotFoundError):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _entries(folder: Path) -> list[Path]:
    """Return what is to be copied in a folder; nothing of one that is not there."""
    with suppress(FileNotFoundError):
        return sorted(path for path in folder.iterdir() if not _is_left_out(path))
    return []


def _is_left_out(path: Path) -> bool:
    return bool((_HALF_WRITTEN if path.is_dir() else _LEFT_OUT).fullmatch(path.name))


def _trials_in(root: Path) -> int:
    """Read the settings and the trials of every study of a copy; return how many trials there are."""
    return sum(map(_trials_of, (StudyFiles(root, name) for name in studies(root))))


def _trials_of(files: StudyFiles) -> int:
    read_stored(files)
    try:
        return len(read_study(database(files.root), files.study).records)
    except UnknownName:  # it was set up after the database was copied
        return 0
