"""The MLflow store of a root: where it lies, a client for it, and the lock of the one process that writes to it.

It lies below the root, or behind the server that the root remembers (`search.record.addresses`).
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from search.record.addresses import database_path, hidden, local_uri, remembered
from search.record.spool import lock, spool_folder
from search.tracking._servers import require_answer

if TYPE_CHECKING:
    from mlflow import MlflowClient


_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # Seconds until a pooled connection is dropped: to a database that was deleted and made anew it would write nothing.
    "MLFLOW_SQLALCHEMYSTORE_POOL_RECYCLE": "1",
    # A request that was answered too late is not sent again blindly: the next round looks first what arrived.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
}
_USUAL = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "10", "MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT": "60"}  # seconds


def tracking_uri(root: Path) -> str:
    """Return the address of the MLflow store of a root."""
    return remembered(root) or local_uri(root)


def artifact_folder(root: Path) -> Path:
    """Return the folder of every run's files below a root."""
    return database_path(root).parent / "artifacts"


def import_mlflow() -> None:
    """Import mlflow, without telemetry and without its talk (2 s, once a process)."""
    os.environ.update(_SETTINGS)
    for name, value in _USUAL.items():
        os.environ.setdefault(name, value)
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401 (MlflowClient imports it on its first use)

    logging.getLogger("mlflow").setLevel(logging.CRITICAL)  # its tracebacks are our one-line warnings
    # for good: what is set for a block, another thread's block may take back
    warnings.filterwarnings("ignore", ".*An input example was not provided")


def open_client(root: Path, wait_s: float) -> MlflowClient:
    """Return a client of the store of a root; raise ConnectionError for a server that does not answer."""
    server = remembered(root)
    return open_local(root, wait_s) if server is None else open_server(server)


def open_server(address: str) -> MlflowClient:
    """Return a client of a server that has just answered; raise ConnectionError for one that does not."""
    from mlflow import MlflowClient

    client = MlflowClient(address, registry_uri=address)
    require_answer(address, lambda: client.search_experiments(max_results=1))
    return client


def open_local(root: Path, wait_s: float) -> MlflowClient:
    """Return a client of the store below a root, made when it is not there; raise sqlite3.Error for a bad file."""
    from mlflow import MlflowClient

    path = database_path(root)
    if not path.exists():
        _create_database(path)
    with closing(sqlite3.connect(path, timeout=wait_s, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # asked here because MLflow retries a bad file for an hour
        database.execute("ROLLBACK")
    return MlflowClient(local_uri(root), registry_uri=local_uri(root))


@contextmanager
def only_shipper(root: Path, wait_s: float) -> Iterator[None]:
    """Hold the right to write to the store; raise BlockingIOError when another process keeps it for `wait_s`."""
    folder = spool_folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ship.lock").open("ab") as file:
        _wait_for_lock(file.fileno(), time.monotonic() + wait_s)
        yield


def warning(what: str, error: Exception) -> str:
    """Return in one line what could not be tracked, and why."""
    reason = " ".join(hidden(str(error)).split())[:300] or type(error).__name__
    return f"tracking waits ({what}: {reason}); training is not affected, the next command ships what is left."


def _create_database(path: Path) -> None:
    from mlflow import MlflowClient

    for leftover in path.parent.glob(".mlflow-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # Ctrl-C removes the folder while a thread still writes there; what is left the next command sweeps.
    with TemporaryDirectory(dir=path.parent, prefix=".mlflow-", ignore_cleanup_errors=True) as folder:
        aside = Path(folder, path.name)
        MlflowClient(f"sqlite:///{aside}")  # a kill between two migrations leaves what MLflow cannot open again
        aside.rename(path)


def _wait_for_lock(descriptor: int, deadline: float) -> None:
    while not lock(descriptor):
        if time.monotonic() > deadline:
            raise BlockingIOError("another process is shipping")
        time.sleep(0.02)  # seconds
