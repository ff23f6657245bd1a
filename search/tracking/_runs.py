"""Runs and experiments of the MLflow store, found by what spools call them, or made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from search.spooled import Spooled, unsent
from search.tracking._store import artifact_folder

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

KEY_TAG, SENT_TAG, PARENT_TAG = "zoo.spool", "zoo.spool.sent", "mlflow.parentRunId"


@dataclass(frozen=True)
class Runs:
    """The runs of one store; the ids of parents by key and of experiments by name are remembered."""

    client: MlflowClient
    root: Path
    run_ids: dict[str, str] = field(default_factory=dict)
    experiment_ids: dict[str, str] = field(default_factory=dict)

    def run_of(self, spooled: Spooled) -> Run:
        """Return the run of a spool, made when it is not there; raise RuntimeError while its parent is not shipped."""
        start = spooled.starts[0]
        experiment = self.experiment(start["experiment"])
        tags = {KEY_TAG: spooled.key}
        if start["parent"] and (parent := self._parent(experiment, start["parent"])):
            tags[PARENT_TAG] = parent
        run = self.find(experiment, spooled.key)
        run = run or self.client.create_run(experiment, start["time"], tags, start["name"])
        self.run_ids[spooled.key] = run.info.run_id
        return run

    def find(self, experiment: str, key: str) -> Run | None:
        """Return the run with this spool key in an experiment, by the experiment's id."""
        return next(iter(self.client.search_runs([experiment], f"tags.`{KEY_TAG}` = '{key}'", max_results=1)), None)

    def experiment(self, name: str) -> str:
        """Return the id of an experiment, made, or taken back from the bin, where need be."""
        if name not in self.experiment_ids:
            self.experiment_ids[name] = self._find_experiment(name)
        return self.experiment_ids[name]

    def _parent(self, experiment: str, key: str) -> str | None:
        if key not in self.run_ids:
            if any(path.stem == key for path in unsent(self.root)):
                raise RuntimeError(f"its parent {key} is not shipped yet")
            found = self.find(experiment, key)
            if found is None:
                return None
            self.run_ids[key] = found.info.run_id
        return self.run_ids[key]

    def _find_experiment(self, name: str) -> str:
        found = self.client.get_experiment_by_name(name)
        if found is None:
            return self.client.create_experiment(name, artifact_location=artifact_folder(self.root).as_uri())
        if found.lifecycle_stage == "deleted":
            self.client.restore_experiment(found.experiment_id)  # its name stays taken while it lies in the bin
        return found.experiment_id
