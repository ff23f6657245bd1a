"""Forgetting a study: its runs go to MLflow's bin, their files and the model's versions go for good."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from search.record.addresses import database_path, remembered
from search.tracking._runs import PARENT_TAG, Runs
from search.tracking._store import (
    artifact_folder,
    import_mlflow,
    only_shipper,
    open_client,
    open_local,
    warning,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_PAGE = 1000  # runs


class Forgotten(NamedTuple):
    """How many runs were deleted, and why some may be left."""

    runs: int = 0
    warning: str | None = None


def forget(root: Path, experiment: str, key: str, model: str, wait_s: float = 30.0) -> Forgotten:
    """Delete the run with the spool key `key`, its children, and the versions of `model` that it registered.

    That is in the store below the root, and in that of the server which the root remembers.
    """
    done = Forgotten()
    stores = [open_local] if database_path(root).exists() else []
    for opened in [*stores, *([open_client] if remembered(root) else [])]:
        try:
            import_mlflow()
            with only_shipper(root, wait_s):
                gone = _forget(opened(root, wait_s), root, experiment, key, model)
            done = done._replace(runs=done.runs + gone)
        except Exception as error:  # whatever MLflow raises, the study itself can go
            reason = warning("MLflow", error).split("; training")[0]
            done = done._replace(warning=f"{reason}; its runs are still there.")
    return done


def _forget(client: MlflowClient, root: Path, experiment: str, key: str, model: str) -> int:
    found = client.get_experiment_by_name(experiment)
    parent = Runs(client, root).find(found.experiment_id, key) if found else None
    if parent is None:
        return 0
    _forget_versions(client, model, parent.info.run_id)
    runs = [*_children(client, found.experiment_id, parent.info.run_id), parent]  # the parent last: it finds the others
    for run in runs:
        _forget_files(client, root, run)
        client.delete_run(run.info.run_id)
    return len(runs)


def _forget_files(client: MlflowClient, root: Path, run: Run) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    runs = Runs(client, root)
    if not runs.is_remote:
        shutil.rmtree(artifact_folder(root) / run.info.run_id, ignore_errors=True)
    elif runs.takes_files(run):
        with suppress(Exception):  # what a server does not delete, its own `mlflow gc` does
            get_artifact_repository(run.info.artifact_uri, client.tracking_uri).delete_artifacts()


def _children(client: MlflowClient, experiment: str, parent: str) -> list[Run]:
    wanted, token, found = f"tags.`{PARENT_TAG}` = '{parent}'", None, []
    while True:
        page = client.search_runs([experiment], wanted, max_results=_PAGE, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _forget_versions(client: MlflowClient, model: str, run_id: str) -> None:
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):  # a study without a champion has no model
        for version in _versions(client, model):
            if version.run_id == run_id:
                client.delete_model_version(model, version.version)
        if not list(_versions(client, model)):
            client.delete_registered_model(model)


def _versions(client: MlflowClient, model: str) -> Iterator:
    return iter(client.search_model_versions(f"name = '{model}'"))
