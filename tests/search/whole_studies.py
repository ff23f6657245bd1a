"""Whole small studies of real training: wine, multilayer perceptrons, four epochs, so that one rung may prune."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any, NamedTuple

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

import search
from search.claiming.storage import database
from search.result import StudyResult
from search.tracking import tracking_uri
from search.trials import TrialRecord, read_study
from search.watcher import Watcher

EPOCHS = 4
STATES = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED"}


class Study(NamedTuple):
    """A study that has been run: read it, change nothing."""

    root: Path
    answer: StudyResult

    @property
    def folder(self) -> Path:
        return self.root / "mlruns" / "studies" / self.answer.study

    @property
    def records(self) -> tuple[TrialRecord, ...]:
        return read_study(database(self.root), self.answer.study).records

    def trial(self, slot: int) -> Path:
        return self.folder / "trials" / f"{slot:04d}"


class Listener(Watcher):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.ended: list[TrialRecord] = []
        self.notes: list[str] = []
        self.plan: Any = None
        self.exported = 0

    def planned(self, plan, trials):
        self.plan = plan

    def trial_ended(self, record, trials, best):
        self.ended.append(record)

    def exporting(self, champion):
        self.exported += 1

    def said(self, text):
        self.notes.append(text)


class Leaver(Listener):
    """Presses Ctrl-C as soon as the study is set up, or after `trials` trials."""

    def __init__(self, trials: int = 0) -> None:
        super().__init__()
        self.trials = trials

    def planned(self, plan, trials):
        super().planned(plan, trials)
        self._leave()

    def trial_ended(self, record, trials, best):
        super().trial_ended(record, trials, best)
        self._leave()

    def _leave(self):
        if len(self.ended) >= self.trials:
            raise KeyboardInterrupt


def asked(root: Path, **changes: Any) -> dict[str, Any]:
    """Return the options of the small study, changed; it trains in this process, which has TensorFlow already."""
    fixed = {"train.epochs": EPOCHS, **changes.pop("fixed", {})}
    return {"builders": ("mlp",), "trials": 4, "root": root, "workers": 0, "fixed": fixed, **changes}


def tune(root: Path, data: Any = "wine", watcher: Watcher | None = None, **changes: Any) -> StudyResult:
    return search.tune(data, watcher=watcher, **asked(root, **changes))


def snapshot(*folders: Path) -> dict[str, tuple[int, bytes]]:
    """Return time and content of every file in the folders, but for locks and what SQLite makes for who reads."""
    gc.collect()  # a connection that nobody holds any more would be closed later, and SQLite would tidy up then
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in files
        if path.name != "lock" and not _of_readers(path)
    }


def _of_readers(path: Path) -> bool:
    """Tell whether a file is SQLite's index of a log, or a log that nobody has written to yet."""
    return path.suffix == ".db-shm" or (path.suffix == ".db-wal" and path.stat().st_size == 0)


def said(record: TrialRecord) -> tuple[Any, ...]:
    """Return what must not depend on when or where a trial ran."""
    return record.slot, record.state, record.value, dict(record.values), record.epochs, record.parameters, record.reason


def ended(records: tuple[TrialRecord, ...]) -> list[TrialRecord]:
    return sorted((record for record in records if record.ended), key=lambda record: record.slot)


def json_of(answer: StudyResult) -> Any:
    return json.loads(json.dumps(answer.to_json()))


def runs(root: Path, experiment: str) -> dict[str, Run]:
    """Return MLflow's runs by the key of their spool without the study's id: one study of a name."""
    client = MlflowClient(tracking_uri(root))
    found = client.search_runs(
        [client.get_experiment_by_name(experiment).experiment_id], run_view_type=ViewType.ALL, max_results=1000
    )
    keyed = {run.data.tags["zoo.spool"].rpartition("-")[0]: run for run in found}
    assert len(keyed) == len(found), "a run is there twice"
    return keyed
