"""Spools of a small study, and what MLflow holds of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from search.record.spool import Spool
from search.tracking import database_path, tracking_uri

EXPERIMENT = "digits/accuracy"
EPOCHS, METRICS = 10, ("train/accuracy", "train/loss", "val/accuracy", "val/loss")
COUNT = """
SELECT count(*) FROM metrics JOIN runs USING (run_uuid) JOIN experiments USING (experiment_id)
WHERE experiments.name = ? AND runs.lifecycle_stage = 'active'
"""
SHIP = "import sys; from pathlib import Path; from search.tracking import ship; ship(Path(sys.argv[1]))"


def write_study(root: Path, experiment: str = EXPERIMENT) -> Spool:
    spool = Spool(root, "digits")
    spool.start(experiment, "digits", params={"data.path": "digits"}, tags={"zoo.kind": "study"})
    return spool


def write_trial(root: Path, slot: int, status: str | None = "FINISHED", experiment: str = EXPERIMENT) -> Path:
    recipe = root / "mlruns" / "studies" / "digits" / "trials" / f"{slot:04}" / "recipe.json"
    recipe.parent.mkdir(parents=True, exist_ok=True)
    recipe.write_text(f'{{"seed": {slot}}}')
    with Spool(root, f"digits-{slot:04}-0") as spool:
        tags = {"zoo.kind": "trial", "zoo.state": "running"}
        spool.start(experiment, f"digits#{slot}", "digits", {"train.learning_rate": 0.01, "model.builder": "mlp"}, tags)
        for epoch in range(EPOCHS):
            spool.metrics(epoch, dict.fromkeys(METRICS, slot + epoch / 7))
        spool.artifact(recipe)
        if status:
            spool.tags({"zoo.state": status.lower()})
            spool.end(status, "as the test wants it")
    return spool.path


def runs(root: Path, experiment: str = EXPERIMENT) -> dict[str, Run]:
    client = MlflowClient(tracking_uri(root))
    place = client.get_experiment_by_name(experiment)
    found = client.search_runs([place.experiment_id], run_view_type=ViewType.ACTIVE_ONLY)
    named = {run.info.run_name: run for run in found}
    assert len(named) == len(found), "a run is there twice"
    return named


def count_points(root: Path, experiment: str = EXPERIMENT, database: Path | None = None) -> int:
    """Count by plain SQL what MLflow stored of an experiment's runs, past its own deduplication."""
    with closing(sqlite3.connect(database or database_path(root))) as opened:
        return opened.execute(COUNT, [experiment]).fetchone()[0]
