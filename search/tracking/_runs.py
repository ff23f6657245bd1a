"""Runs and experiments of an MLflow store, found by what spools call them, or made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from search.record.spooled import Spooled, unsent
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
    made: set[str] = field(default_factory=set)

    @property
    def is_remote(self) -> bool:
        """Whether a server keeps the store."""
        return urlsplit(self.client.tracking_uri).scheme in ("http", "https")

    def takes_files(self, run: Run) -> bool:
        """Return whether the run's files can be sent: below the root, or through the server and nowhere else."""
        place, server = urlsplit(run.info.artifact_uri), urlsplit(self.client.tracking_uri)
        through = place.scheme == "mlflow-artifacts" and place.netloc in ("", server.netloc)
        return through or not self.is_remote

    def run_of(self, spooled: Spooled) -> Run:
        """Return the run of a spool, made when it is not there; raise RuntimeError while its parent is not shipped."""
        start = spooled.starts[0]
        experiment = self.experiment(start["experiment"])
        tags = {KEY_TAG: spooled.key}
        if start["parent"] and (parent := self._parent(experiment, start["parent"])):
            tags[PARENT_TAG] = parent
        run = self.find(experiment, spooled.key)
        if run is None and self.is_remote:
            self.made.add(spooled.key)
        run = run or self.client.create_run(experiment, start["time"], tags, start["name"])
        self.run_ids[spooled.key] = run.info.run_id
        return run

    def find(self, experiment: str, key: str) -> Run | None:
        """Return the run with this spool key in an experiment, by the experiment's id; delete what doubles it."""
        found = self.client.search_runs([experiment], f"tags.`{KEY_TAG}` = '{key}'")
        kept = max(found, key=_sent_and_id, default=None)
        for double in found:
            if double is not kept:
                self.client.delete_run(double.info.run_id)
        return kept

    def settle(self, spooled: Spooled) -> None:
        """Delete doubles of a run that was made in this pass: a server may answer an earlier try after its time."""
        if spooled.key in self.made:
            self.find(self.experiment(spooled.starts[0]["experiment"]), spooled.key)

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
            place = None if self.is_remote else artifact_folder(self.root).as_uri()  # a server has a place of its own
            return self.client.create_experiment(name, artifact_location=place)
        if found.lifecycle_stage == "deleted":
            self.client.restore_experiment(found.experiment_id)  # its name stays taken while it lies in the bin
        return found.experiment_id


def _sent_and_id(run: Run) -> tuple[int, str]:
    return int(run.data.tags.get(SENT_TAG, 0)), run.info.run_id
