"""The MLflow page of a study in a real browser: what the study is, its best trials, a trial's curves, its report."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from search.leaderboard import view_tags
from search.spool import Spool
from search.tracking import ship

from ..search.test_leaderboard import BROWSERS, FLAGS, page_of

NOTE = "mlflow.note.content"
EXPERIMENT, TRIALS, EPOCHS = "wine, accuracy", 12, 4
SCORES = [0.5 + 0.03 * ((5 * slot) % TRIALS) for slot in range(TRIALS)]  # no two alike, in no order


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A study of twelve trials with a description, a report and a picture of its front."""
    place = tmp_path_factory.mktemp("page")
    (place / "report.html").write_text("<h1>the report</h1>")
    (place / "front.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with Spool(place, "wine") as spool:
        spool.start(EXPERIMENT, "wine", tags={"zoo.kind": "study", NOTE: "Champion: **wine#7**, an `mlp`."})
        spool.experiment({**view_tags("accuracy", ("mlp.units",)), NOTE: "**wine**: 178 rows of 13 columns."})
        spool.artifact(place / "report.html")
        spool.artifact(place / "front.png", "pictures")
        spool.end("FINISHED")
    for slot, score in enumerate(SCORES):
        with Spool(place, f"wine-{slot:04}") as spool:
            tags = {"zoo.kind": "trial", "zoo.state": "finished"}
            spool.start(EXPERIMENT, f"wine#{slot}", "wine", {"model.builder": "mlp", "model.units": 16}, tags)
            for epoch in range(EPOCHS):
                spool.metrics(
                    epoch, {"val/accuracy": score, "train/accuracy": score, "train/log_loss": 1 / (1 + epoch)}
                )
            spool.metrics(EPOCHS, {"objective": score})
            spool.end("FINISHED")
    assert ship(place).warnings == ()
    return place


@pytest.fixture(scope="module")
def address(root):
    """The address that the command opens, while the server runs."""
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with page_of(root, EXPERIMENT) as address:
        yield address


def shown(address: str, folder: Path) -> str:
    """Return the document that a browser makes of a page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=True)
    return re.sub(r"<(script|style|title).*?</\1>", "", done.stdout, flags=re.DOTALL)


def page(address: str, run: str, rest: str = "") -> str:
    """Return the address of a run's page, by the run's name."""
    base, experiment = re.match(r"(.*/)#/experiments/(\d+)/", address).groups()
    body = json.dumps({"experiment_ids": [experiment], "max_results": 100}).encode()
    request = Request(f"{base}api/2.0/mlflow/runs/search", body, {"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        ids = {one["info"]["run_name"]: one["info"]["run_id"] for one in json.load(answer)["runs"]}
    return f"{base}#/experiments/{experiment}/runs/{ids[run]}{rest}"


@pytest.mark.slow
def test_the_leaderboard_tells_what_the_data_is_and_lists_all_trials_best_first(address, tmp_path):
    found = shown(address, tmp_path)
    ranked = sorted(range(TRIALS), key=lambda slot: -SCORES[slot])
    assert list(dict.fromkeys(re.findall(r">wine#(\d+)<", found))) == [str(slot) for slot in ranked]
    assert re.search(r"<strong[^>]*>wine</strong>: 178 rows of 13 columns", found)


@pytest.mark.slow
def test_the_studys_page_shows_its_description_as_markdown_and_its_trials(address, tmp_path):
    found = shown(page(address, "wine"), tmp_path)
    assert re.search(r"Champion: <strong[^>]*>wine#7</strong>, an <code[^>]*>mlp</code>", found)
    assert set(re.findall(r">wine#(\d+)<", found)) >= {"7", "11"}  # the page lists the last ten


@pytest.mark.slow
def test_the_studys_files_are_its_report_and_its_pictures(address, tmp_path):
    found = shown(page(address, "wine", "/artifacts"), tmp_path)
    assert "report.html" in found
    assert "pictures" in found


@pytest.mark.slow
def test_a_trials_page_groups_its_curves(address, tmp_path):
    found = shown(page(address, "wine#7", "/model-metrics"), tmp_path)
    sections = re.sub(r"<[^>]+>", " ", found)
    assert re.search(r"train\s+\(2\)", sections)
    assert re.search(r"val\s+\(1\)", sections)
