"""Ships spools to MLflow: one parent run a study, one child run a trial. The only file that imports mlflow.

Whatever fails here comes back as a one-line warning; the spool stays and the next call ships it. A spool is sent in any
number of tries without doubles: runs are found by the tag `zoo.spool`, a point keeps the time it was spooled at and so
its primary key in MLflow, and a spool is put away only after its run has its end state.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from search.leaderboard import VIEW, VIEW_TAG
from search.spool import lock, spool_folder
from search.spooled import Event, Spooled, open_spool, points, retire, unsent

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

KEY_TAG, SENT_TAG, PARENT_TAG = "zoo.spool", "zoo.spool.sent", "mlflow.parentRunId"
_NAME_LIMIT, _PARAM_LIMIT, _TAG_LIMIT = 250, 6000, 8000  # characters; mlflow.utils.validation


@dataclass(frozen=True)
class Shipped:
    """What one call of `ship` did: runs brought up to date, points and files sent, spools that must wait."""

    runs: int = 0
    points: int = 0
    artifacts: int = 0
    waiting: int = 0
    warnings: tuple[str, ...] = ()

    def __add__(self, other: Shipped) -> Shipped:
        waiting, warnings = self.waiting + other.waiting, self.warnings + other.warnings
        runs, sent = self.runs + other.runs, self.points + other.points
        return Shipped(runs, sent, self.artifacts + other.artifacts, waiting, warnings)


def tracking_uri(root: Path) -> str:
    """Return the address of the MLflow store below a root."""
    return f"sqlite:///{database_path(root)}"


def database_path(root: Path) -> Path:
    """Return the file of the MLflow store below a root."""
    return Path(root).absolute() / "mlruns" / "mlflow.db"


def prepare(root: Path, wait_s: float = 5.0) -> tuple[str, ...]:
    """Import mlflow and make its database ahead of need (2 to 3 s, once a root); return warnings, at most one."""
    try:
        _import_mlflow()  # before the lock is taken: beside TensorFlow's import it takes many seconds
        with _only_shipper(root, wait_s):
            _client(root, wait_s)
    except Exception as error:  # tracking never stops training, whatever MLflow raises
        return (_warning("MLflow", error),)
    return ()


def ship(root: Path, wait_s: float = 5.0) -> Shipped:
    """Bring MLflow up to date with every unsent spool; wait at most about `wait_s` for another process's lock.

    Where another process (or thread) is shipping and goes on for longer, all spools count as waiting and none is sent.
    """
    waiting = len(unsent(root))
    if not waiting:
        return Shipped()
    try:
        _import_mlflow()
        with _only_shipper(root, wait_s):
            return _Shipper(_client(root, wait_s), Path(root).absolute()).ship()
    except BlockingIOError:
        return Shipped(waiting=waiting)
    except Exception as error:  # tracking never stops training, whatever MLflow raises
        return Shipped(waiting=waiting, warnings=(_warning("MLflow", error),))


def run_id(root: Path, experiment: str, key: str) -> str | None:
    """Return MLflow's id of the run with this spool key; None when it is not there or MLflow cannot be asked."""
    try:
        _import_mlflow()
        shipper = _Shipper(_client(root, 5.0), Path(root).absolute())
        found = shipper.client.get_experiment_by_name(experiment)
        run = shipper.find(found.experiment_id, key) if found else None
    except Exception:  # tracking never stops training, whatever MLflow raises
        return None
    return run.info.run_id if run else None


@dataclass(frozen=True)
class _Shipper:
    """One pass over the unsent spools; it remembers the ids of runs by key and of experiments by name."""

    client: MlflowClient
    root: Path
    run_ids: dict[str, str] = field(default_factory=dict)
    experiment_ids: dict[str, str] = field(default_factory=dict)

    def ship(self) -> Shipped:
        opened = [spooled for spooled in map(open_spool, unsent(self.root)) if spooled.starts]
        opened.sort(key=lambda spooled: spooled.starts[0]["parent"] is not None)  # parents first
        return sum(map(self._try, opened), Shipped())

    def _try(self, spooled: Spooled) -> Shipped:
        try:
            return self._send(spooled)
        except Exception as error:  # one bad spool must not hold up the others
            return Shipped(waiting=1, warnings=(_warning(spooled.path.name, error),))

    def _send(self, spooled: Spooled) -> Shipped:
        run = self._run(spooled)
        sent = int(run.data.tags.get(SENT_TAG, 0))
        files = [event for event in spooled.events[sent:] if event["kind"] == "artifact"]
        gone = tuple(event["path"] for event in files if not self._send_file(run, event))
        count = self._send_values(run, spooled, sent)
        self._set_state(run, spooled)
        self.run_ids[spooled.key] = run.info.run_id
        return Shipped(1, count, len(files) - len(gone), 0, tuple(f"{path} is gone and not tracked." for path in gone))

    def _send_file(self, run: Run, event: Event) -> bool:
        path = self.root / event["path"]
        if path.exists():
            self.client.log_artifact(run.info.run_id, str(path), event["folder"] or None)
            return True
        return False

    def _send_values(self, run: Run, spooled: Spooled, sent: int) -> int:
        from mlflow.entities import Metric, Param, RunTag

        metrics = [Metric(_name(name), *point) for name, *point in points(spooled.events[sent:])]
        params = {_name(name): _cut(value, _PARAM_LIMIT) for name, value in spooled.starts[-1]["params"].items()}
        fresh = [Param(name, value) for name, value in params.items() if name not in run.data.params]
        tags = [RunTag(_name(name), _cut(value, _TAG_LIMIT)) for name, value in spooled.tags(sent).items()]
        self.client.log_batch(run.info.run_id, metrics, fresh, tags)  # cut by the client into batches MLflow accepts
        return len(metrics)

    def _set_state(self, run: Run, spooled: Spooled) -> None:
        run_id, count = run.info.run_id, len(spooled.events)
        if spooled.status != "RUNNING":
            self.client.set_terminated(run_id, spooled.status, end_time=spooled.events[-1]["time"])
            if retire(spooled.path, count):
                return
        elif run.info.status != "RUNNING":
            self.client.update_run(run_id, status="RUNNING")
        self.client.set_tag(run_id, SENT_TAG, str(count))

    def _run(self, spooled: Spooled) -> Run:
        start = spooled.starts[0]
        experiment = self._experiment(start["experiment"])
        tags = {KEY_TAG: spooled.key}
        if start["parent"] and (parent := self._parent(experiment, start["parent"])):
            tags[PARENT_TAG] = parent
        found = self.find(experiment, spooled.key)
        return found or self.client.create_run(experiment, start["time"], tags, start["name"])

    def _parent(self, experiment: str, key: str) -> str | None:
        if key not in self.run_ids:
            if any(path.stem == key for path in unsent(self.root)):
                raise RuntimeError(f"its parent {key} is not shipped yet")
            found = self.find(experiment, key)
            if found is None:
                return None
            self.run_ids[key] = found.info.run_id
        return self.run_ids[key]

    def find(self, experiment: str, key: str) -> Run | None:
        return next(iter(self.client.search_runs([experiment], f"tags.`{KEY_TAG}` = '{key}'", max_results=1)), None)

    def _experiment(self, name: str) -> str:
        if name not in self.experiment_ids:
            self.experiment_ids[name] = self._find_experiment(name)
        return self.experiment_ids[name]

    def _find_experiment(self, name: str) -> str:
        found = self.client.get_experiment_by_name(name)
        if found is None:
            place = (database_path(self.root).parent / "artifacts").as_uri()
            return self.client.create_experiment(name, artifact_location=place, tags={VIEW_TAG: json.dumps(VIEW)})
        if found.lifecycle_stage == "deleted":
            self.client.restore_experiment(found.experiment_id)  # its name stays taken while it lies in the bin
        return found.experiment_id


def _import_mlflow() -> None:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # Seconds until a pooled connection is dropped: to a database that was deleted and made anew it would write nothing.
    os.environ["MLFLOW_SQLALCHEMYSTORE_POOL_RECYCLE"] = "1"
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401 (MlflowClient imports it on its first use)

    logging.getLogger("mlflow").setLevel(logging.CRITICAL)  # its tracebacks are our one-line warnings


def _client(root: Path, wait_s: float) -> MlflowClient:
    from mlflow import MlflowClient

    path = database_path(root)
    if not path.exists():
        _create_database(path)
    with closing(sqlite3.connect(path, timeout=wait_s, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # asked here because MLflow retries a bad file for an hour
        database.execute("ROLLBACK")
    return MlflowClient(tracking_uri(root))


def _create_database(path: Path) -> None:
    from mlflow import MlflowClient

    for leftover in path.parent.glob(".mlflow-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with TemporaryDirectory(dir=path.parent, prefix=".mlflow-") as folder:
        aside = Path(folder, path.name)
        MlflowClient(f"sqlite:///{aside}")  # a kill between two migrations leaves what MLflow cannot open again
        aside.rename(path)


@contextmanager
def _only_shipper(root: Path, wait_s: float) -> Iterator[None]:
    folder = spool_folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ship.lock").open("ab") as file:
        _wait_for_lock(file.fileno(), time.monotonic() + wait_s)
        yield


def _wait_for_lock(descriptor: int, deadline: float) -> None:
    while not lock(descriptor):
        if time.monotonic() > deadline:
            raise BlockingIOError("another process is shipping")
        time.sleep(0.02)  # seconds


def _warning(what: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return f"tracking waits ({what}: {reason}); training is not affected, the next command ships what is left."


def _name(text: str) -> str:
    return re.sub(r"[^\w\-. :/]", "_", text)[:_NAME_LIMIT]


def _cut(text: str, limit: int) -> str:
    note = f" ... (cut from {len(text)} characters)"
    return text if len(text) <= limit else text[: limit - len(note)] + note
