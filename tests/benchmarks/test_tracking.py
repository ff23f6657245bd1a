"""What is promised of the record in MLflow: `python -m pytest tests/benchmarks/test_tracking.py -m benchmark`."""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from urllib.request import Request

import pytest

from search.record.addresses import track
from search.record.spool import Spool
from search.tracking import database_path, prepare, ship, tracking_uri

from ..search.light_studies import LightCrew, conduct
from ..search.tracking.servers import HOST, direct, free_port, server
from .measuring import at_most, rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
EXPERIMENT, TRIALS, EPOCHS = "digits/accuracy", 1000, 30
METRICS = ("train/accuracy", "train/log_loss", "val/accuracy", "val/log_loss")
SEEN = "SELECT run_uuid, step, timestamp FROM metrics WHERE key = 'val/accuracy'"
SEARCH = {"filter": "tags.`zoo.kind`='trial'", "order_by": ["metrics.`objective` DESC"], "max_results": 100}


class Patient(LightCrew):
    """Trainings of 4 epochs, a second each."""

    pause_s = 1.0


class Brisk(LightCrew):
    """Trainings of 4 epochs, a twentieth of a second each."""

    pause_s = 0.05


def write_trial(root: Path, slot: int, epochs: int = EPOCHS) -> float:
    """Write what a trial spools; return the milliseconds of CPU that it took."""
    began = time.process_time()
    with Spool(root, f"digits-{slot:04}-0") as spool:
        values = {"model.builder": "mlp", "model.units": 64, "train.learning_rate": 0.001 * (slot + 1)}
        spool.start(EXPERIMENT, f"digits#{slot}", "digits", values, {"zoo.kind": "trial", "zoo.state": "running"})
        for epoch in range(1, epochs + 1):
            spool.metrics(epoch, dict.fromkeys(METRICS, slot * 7919 % 1000 / 1000 + epoch / 100))
        spool.metrics(epochs, {"objective": (slot * 7919 % 1000) / 1000, "params": 5274})
        spool.tags({"zoo.state": "finished"})
        spool.end("FINISHED")
    return 1000 * (time.process_time() - began)


def write_study(root: Path) -> None:
    with Spool(root, "digits") as spool:
        spool.start(EXPERIMENT, "digits", tags={"zoo.kind": "study"})
        spool.end("FINISHED")


def test_cpu_of_a_trial_in_the_process_that_trains(tmp_path, show):
    spent = [write_trial(tmp_path, slot) for slot in range(100)]
    show(f"\nspooling a trial of {EPOCHS} epochs: {statistics.median(spent):.2f} ms CPU (median of 100), asked 30")


def test_points_of_a_running_trial_reach_mlflow(tmp_path, show):
    prepare(tmp_path)
    late: dict[tuple[str, int], float] = {}
    over = Event()

    def watch() -> None:
        with closing(sqlite3.connect(f"file:{database_path(tmp_path)}?mode=ro", uri=True)) as database:
            while not over.wait(0.05):
                for run, step, spooled in database.execute(SEEN).fetchall():
                    late.setdefault((run, step), time.time() - spooled / 1000)

    thread = Thread(target=watch)
    thread.start()
    try:
        conduct(tmp_path, trials=3, crew=Patient, ships=True)
        time.sleep(0.2)
    finally:
        over.set()
        thread.join()
    assert len(late) == 12
    show(
        f"\nfrom spooled to MLflow: {statistics.median(late.values()):.2f} s, at most {max(late.values()):.2f}, asked 3"
    )


def test_a_study_with_its_server_away_and_with_it(tmp_path, show):
    port, seconds = free_port(), {"away": [], "there": []}
    for number in range(rounds()):
        seconds["away"].append(_seconds(tmp_path / f"away{number}", port))
        with server(tmp_path / "server", port):
            time.sleep(1.0)  # past what a server that was away is left alone for
            seconds["there"].append(_seconds(tmp_path / f"there{number}", port))
    found = {name: statistics.median(times) for name, times in seconds.items()}
    show(f"\n20 trials, medians of {rounds()}: with its server {found['there']:.2f} s, away {found['away']:.2f} s")
    show(f"  each: { ({name: [round(one, 2) for one in times] for name, times in seconds.items()}) }")


def _seconds(root: Path, port: int) -> float:
    (root / "mlruns").mkdir(parents=True)
    track(root, f"http://{HOST}:{port}")
    prepare(root)
    began = time.perf_counter()
    conduct(root, trials=20, crew=Brisk, ships=True)
    return time.perf_counter() - began


def test_the_leaderboard_of_a_thousand_trials(tmp_path, show):
    trials = at_most("trials", TRIALS)
    write_study(tmp_path)
    for slot in range(trials):
        write_trial(tmp_path, slot)
    began, used = time.perf_counter(), time.process_time()
    shipped = ship(tmp_path)
    assert (shipped.runs, shipped.warnings) == (trials + 1, ())
    per = 1000 * (time.process_time() - used) / trials
    show(f"\n{trials} trials x {EPOCHS} epochs shipped in {time.perf_counter() - began:.0f} s, {per:.0f} ms CPU each")
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri(tmp_path))
    place = client.get_experiment_by_name(EXPERIMENT).experiment_id
    asked = (SEARCH["filter"], 1, SEARCH["max_results"], SEARCH["order_by"])
    times = [_timed(lambda: client.search_runs([place], *asked)) for _ in range(5)]
    show(f"  sorted, the first 100 by MLflow's client: {statistics.median(times):.2f} s (median of 5)")
    folder, port = tmp_path / "mlruns", free_port()
    with server(folder, port) as address:
        body = json.dumps({"experiment_ids": [place], **SEARCH}).encode()
        page = Request(f"{address}/api/2.0/mlflow/runs/search", body, {"Content-Type": "application/json"})
        answers = [json.loads(direct.open(page).read())["runs"] for _ in range(1)]
        times = [_timed(lambda: direct.open(page).read()) for _ in range(5)]
    scores = [next(one["value"] for one in run["data"]["metrics"] if one["key"] == "objective") for run in answers[0]]
    assert scores == sorted(scores, reverse=True)
    show(f"  by the page's server: {statistics.median(times):.2f} s (median of 5), asked 1")


def _timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
