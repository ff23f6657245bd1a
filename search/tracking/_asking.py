"""What is asked of the MLflow store of a root: the id of a run, and where a server shows a study."""

from __future__ import annotations

from pathlib import Path

from search.record.addresses import remembered
from search.record.leaderboard import fragment
from search.tracking._runs import Runs
from search.tracking._store import import_mlflow, open_client, open_server


def leaderboard(root: Path, experiment: str | None) -> str | None:
    """Return where the server that the root remembers shows an experiment, or its first page; None without a server."""
    server = remembered(root)
    if server is None:
        return None
    try:
        import_mlflow()
        found = open_server(server).get_experiment_by_name(experiment) if experiment else None
    except Exception:  # its page can be looked at all the same
        found = None
    return f"{server}/{fragment(found.experiment_id) if found else ''}"


def run_id(root: Path, experiment: str, key: str) -> str | None:
    """Return MLflow's id of the run with this spool key; None when it is not there or MLflow cannot be asked."""
    try:
        import_mlflow()
        runs = Runs(open_client(root, 5.0), Path(root).absolute())
        found = runs.client.get_experiment_by_name(experiment)
        run = runs.find(found.experiment_id, key) if found else None
    except Exception:  # tracking never stops training, whatever MLflow raises
        return None
    return run.info.run_id if run else None
