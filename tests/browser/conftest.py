"""A study of twelve trials on MLflow's page, and a browser that looks at it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from search.record.contents import TABLE, TABLE_TAGS
from search.record.describing import REPORT
from search.record.leaderboard import MODE, view_tags
from search.record.spool import THIS_RUN, Spool
from search.tracking import ship

from .chrome import Page, browser, installed
from .serving import page_of

NOTE = "mlflow.note.content"
EXPERIMENT, TRIALS, EPOCHS = "wine, accuracy", 12, 4
SCORES = [0.5 + 0.03 * ((5 * slot) % TRIALS) for slot in range(TRIALS)]  # no two alike, in no order
APP = "[mlflow.app]\nzoo = search.tracking._page:page\n"  # as in pyproject.toml


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of twelve trials with a description, a report, a table and a picture of its front."""
    place = tmp_path_factory.mktemp("page")
    (place / REPORT).write_text("<h1>the report of wine</h1>")
    (place / "front.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    table = {"columns": ["slot", "value"], "data": [[slot, score] for slot, score in enumerate(SCORES)]}
    (place / TABLE).write_text(json.dumps(table))
    with Spool(place, "wine") as spool:
        note = f"Champion: **wine#7**, an `mlp`. [{REPORT}]({THIS_RUN}/artifacts/{REPORT}{MODE})"
        spool.start(EXPERIMENT, "wine", tags={"zoo.kind": "study", NOTE: note, **TABLE_TAGS})
        about = f"**wine**: 178 rows of 13 columns. Study: [wine]({THIS_RUN}{MODE})."
        spool.experiment({**view_tags("accuracy", ("mlp.units",)), NOTE: about})
        for name, folder in ((REPORT, ""), (TABLE, ""), ("front.png", "pictures")):
            spool.artifact(place / name, folder)
        spool.end("FINISHED")
    for slot, score in enumerate(SCORES):
        _write_trial(place, slot, score)
    assert ship(place).warnings == ()
    return place


def _write_trial(place: Path, slot: int, score: float) -> None:
    with Spool(place, f"wine-{slot:04}") as spool:
        params = {"model.builder": "mlp", "model.units": 16 * (1 + slot % 3), "train.learning_rate": 0.01 / (1 + slot)}
        spool.start(EXPERIMENT, f"wine#{slot}", "wine", params, {"zoo.kind": "trial", "zoo.state": "finished"})
        for epoch in range(EPOCHS):
            spool.metrics(epoch, {"val/accuracy": score, "train/accuracy": score, "train/log_loss": 1 / (1 + epoch)})
        spool.metrics(EPOCHS, {"objective": score})
        spool.end("FINISHED")


@pytest.fixture(scope="session")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that the command opens, while the server runs."""
    installed()
    about = tmp_path_factory.mktemp("site") / "page-0.dist-info"  # an installation may be older than the entry point
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: page\nVersion: 0\n")
    (about / "entry_points.txt").write_text(APP)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", os.pathsep.join([str(about.parent), os.environ.get("PYTHONPATH", "")]))
        with page_of(root, EXPERIMENT) as address:
            yield address


@pytest.fixture(scope="session")
def base(address: str) -> str:
    """The address of the server's first page."""
    return address.partition("#")[0]


@pytest.fixture(scope="session")
def run_of(address: str) -> Callable[[str], str]:
    """Return the address of a run's page after the server's, by the run's name."""
    base, experiment = re.match(r"(.*/)#/experiments/(\d+)/", address).groups()
    body = json.dumps({"experiment_ids": [experiment], "max_results": 100}).encode()
    request = Request(f"{base}api/2.0/mlflow/runs/search", body, {"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        ids = {one["info"]["run_name"]: one["info"]["run_id"] for one in json.load(answer)["runs"]}
    return lambda name: f"#/experiments/{experiment}/runs/{ids[name]}"


@pytest.fixture(scope="module")
def page(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser that has been nowhere yet."""
    with browser(tmp_path_factory.mktemp("browser"), height=1800) as page:  # charts are drawn where they are seen
        yield page
