"""What is spooled arrives in MLflow once, whole, under the right parent and with the right end state."""

from __future__ import annotations

import math
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from search.leaderboard import VIEW_TAG
from search.spool import Spool, lock, spool_folder, spool_path
from search.spooled import unsent
from search.tracking import KEY_TAG, PARENT_TAG, database_path, prepare, run_id, ship, tracking_uri

EXPERIMENT = "digits/accuracy"
EPOCHS, METRICS = 10, ("train/accuracy", "train/loss", "val/accuracy", "val/loss")

SHIP = "import sys; from pathlib import Path; from search.tracking import ship; ship(Path(sys.argv[1]))"


def write_study(root: Path) -> Spool:
    spool = Spool(root, "digits")
    spool.start(EXPERIMENT, "digits", params={"data.path": "digits"}, tags={"zoo.kind": "study"})
    return spool


def write_trial(root: Path, slot: int, status: str | None = "FINISHED") -> Path:
    recipe = root / "mlruns" / "studies" / "digits" / "trials" / f"{slot:04}" / "recipe.json"
    recipe.parent.mkdir(parents=True, exist_ok=True)
    recipe.write_text(f'{{"seed": {slot}}}')
    with Spool(root, f"digits-{slot:04}-0") as spool:
        tags = {"zoo.kind": "trial", "zoo.state": "running"}
        spool.start(EXPERIMENT, f"digits#{slot}", "digits", {"train.learning_rate": 0.01, "model.builder": "mlp"}, tags)
        for epoch in range(EPOCHS):
            spool.metrics(epoch, dict.fromkeys(METRICS, slot + epoch / 7))
        spool.artifact(recipe)
        if status:
            spool.tags({"zoo.state": status.lower()})
            spool.end(status, "as the test wants it")
    return spool.path


def runs(root: Path) -> dict[str, Run]:
    client = MlflowClient(tracking_uri(root))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    found = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL)
    named = {run.info.run_name: run for run in found}
    assert len(named) == len(found), "a run is there twice"
    return named


def count_points(root: Path) -> int:
    """Count by plain SQL what MLflow stored, past its own deduplication."""
    with closing(sqlite3.connect(database_path(root))) as database:
        return database.execute("SELECT count(*) FROM metrics").fetchone()[0]


def test_a_study_and_its_trials_arrive_as_parent_and_children_with_their_values(tmp_path: Path) -> None:
    root = tmp_path / "a root"
    with write_study(root) as study:
        write_trial(root, 0)
        write_trial(root, 1)
        shipped = ship(root)
        study.end("FINISHED")
    ship(root)

    assert (shipped.runs, shipped.points, shipped.artifacts, shipped.warnings) == (3, 80, 2, ())
    found = runs(root)
    parent, child = found["digits"], found["digits#1"]
    assert sorted(found) == ["digits", "digits#0", "digits#1"]
    assert {run.data.tags.get(PARENT_TAG) for name, run in found.items() if "#" in name} == {parent.info.run_id}
    assert PARENT_TAG not in parent.data.tags
    assert child.data.params == {"train.learning_rate": "0.01", "model.builder": "mlp"}
    assert child.data.tags["zoo.state"] == "finished"
    history = MlflowClient(tracking_uri(root)).get_metric_history(child.info.run_id, "val/loss")
    assert [(point.step, point.value) for point in history] == [(epoch, 1 + epoch / 7) for epoch in range(EPOCHS)]
    recipe = root / "mlruns" / "artifacts" / child.info.run_id / "artifacts" / "recipe.json"
    assert recipe.read_text() == '{"seed": 1}'
    assert unsent(root) == ()


def test_runs_end_as_their_last_line_says_and_a_vanished_writer_was_killed(tmp_path: Path) -> None:
    with write_study(tmp_path):
        for slot, status in enumerate(("FINISHED", "KILLED", "FAILED", None)):
            write_trial(tmp_path, slot, status)
        ship(tmp_path)
        found = runs(tmp_path)
    states = {name: run.info.status for name, run in found.items()}
    trials = [states[f"digits#{slot}"] for slot in range(4)]
    assert [states["digits"], *trials] == ["RUNNING", "FINISHED", "KILLED", "FAILED", "KILLED"]
    assert found["digits#2"].data.tags["zoo.reason"] == "as the test wants it"
    assert found["digits#3"].data.tags["zoo.state"] == "killed"
    assert found["digits#3"].info.end_time is not None


def test_a_study_that_goes_on_is_the_same_run_and_runs_again(tmp_path: Path) -> None:
    with write_study(tmp_path) as study:
        study.end("KILLED", "interrupted")
    ship(tmp_path)
    first = runs(tmp_path)["digits"]
    with write_study(tmp_path) as study:
        ship(tmp_path)
        second = runs(tmp_path)["digits"]
        study.end("FINISHED")
    ship(tmp_path)
    third = runs(tmp_path)["digits"]
    assert first.info.run_id == second.info.run_id == third.info.run_id
    assert [run.info.status for run in (first, second, third)] == ["KILLED", "RUNNING", "FINISHED"]
    assert [run.data.tags["zoo.reason"] for run in (first, second)] == ["interrupted", ""]


def test_shipping_a_whole_spool_twice_doubles_nothing(tmp_path: Path) -> None:
    write_study(tmp_path).close()
    path = write_trial(tmp_path, 0)
    with Spool(tmp_path, path.stem) as spool:
        spool.metrics(11, {"a": math.nan, "b": math.inf, "c": -math.inf})
        spool.end("FINISHED")
    whole = path.read_bytes()
    ship(tmp_path)
    before = count_points(tmp_path)
    path.write_bytes(whole)
    assert ship(tmp_path).warnings == ()
    assert before == count_points(tmp_path) == EPOCHS * len(METRICS) + 3
    assert sorted(runs(tmp_path)) == ["digits", "digits#0"]


def test_an_open_run_is_sent_by_its_new_lines_only(tmp_path: Path) -> None:
    with write_study(tmp_path) as study:
        study.metrics(0, {"best": 0.5})
        counts = [ship(tmp_path).points]
        study.metrics(1, {"best": 0.6})
        counts += [ship(tmp_path).points, ship(tmp_path).points]
    assert counts == [1, 1, 0]


def test_a_study_without_its_database_trains_on_and_all_arrives_when_it_is_back(tmp_path: Path) -> None:
    database_path(tmp_path).mkdir(parents=True)
    with write_study(tmp_path) as study:
        for slot, status in enumerate(("FINISHED", "KILLED", "FAILED")):
            write_trial(tmp_path, slot, status)
            shipped = ship(tmp_path)
            assert (shipped.runs, shipped.waiting, len(shipped.warnings)) == (0, slot + 2, 1)
            assert "\n" not in shipped.warnings[0]
        study.end("FINISHED")
    database_path(tmp_path).rmdir()
    assert ship(tmp_path).warnings == ()
    states = {name: run.info.status for name, run in runs(tmp_path).items()}
    assert states == {"digits": "FINISHED", "digits#0": "FINISHED", "digits#1": "KILLED", "digits#2": "FAILED"}
    assert count_points(tmp_path) == 3 * EPOCHS * len(METRICS)


def test_a_database_deleted_in_mid_study_is_made_anew_and_really_written(tmp_path: Path) -> None:
    with write_study(tmp_path):
        write_trial(tmp_path, 0)
        ship(tmp_path)
        database_path(tmp_path).unlink()
        time.sleep(1.5)  # sooner, SQLite refuses the old connection and the next call ships
        write_trial(tmp_path, 1)
        assert ship(tmp_path).warnings == ()
        assert count_points(tmp_path) == EPOCHS * len(METRICS)
        assert sorted(runs(tmp_path)) == ["digits", "digits#1"]


def test_a_corrupt_or_locked_database_gives_one_line_and_keeps_the_spool(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    database_path(tmp_path).write_bytes(b"no database at all" * 100)
    assert "not a database" in ship(tmp_path).warnings[0]
    database_path(tmp_path).unlink()
    prepare(tmp_path)
    with closing(sqlite3.connect(database_path(tmp_path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in ship(tmp_path, wait_s=0.1).warnings[0]
    assert ship(tmp_path).points == EPOCHS * len(METRICS)


def test_a_missing_mlflow_gives_one_line_and_keeps_the_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_trial(tmp_path, 0)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    assert ship(tmp_path).waiting == 1
    assert len(unsent(tmp_path)) == 1
    assert len(prepare(tmp_path)) == 1


def test_values_over_mlflows_limits_are_cut_or_sent_in_parts(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        params = {f"model.p{index}": index for index in range(250)}
        spool.start(EXPERIMENT, "digits", params={**params, "model.long": "x" * 9000, "model.odd(name)": 1})
        spool.tags({"long": "y" * 9000})
        for step in range(600):
            spool.metrics(step, dict.fromkeys(METRICS, step))
        spool.end("FINISHED")
    assert ship(tmp_path).warnings == ()
    run = runs(tmp_path)["digits"]
    assert len(run.data.params) == 252
    assert run.data.params["model.odd_name_"] == "1"
    assert run.data.params["model.long"].endswith("(cut from 9000 characters)")
    assert len(run.data.tags["long"]) <= 8000
    assert count_points(tmp_path) == 2400


def test_an_artifact_that_is_gone_is_said_and_holds_up_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.start(EXPERIMENT, "digits")
        spool.artifact(tmp_path / "gone.json")
        spool.end("FINISHED")
    assert "gone.json is gone" in ship(tmp_path).warnings[0]
    assert unsent(tmp_path) == ()


def test_a_bad_spool_holds_up_its_own_children_only(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    for key, experiment, parent in (("bad", "", None), ("bad-0", EXPERIMENT, "bad")):  # an empty name is refused
        with Spool(tmp_path, key) as spool:
            spool.start(experiment, key, parent)
    shipped = ship(tmp_path)
    assert (shipped.runs, shipped.waiting) == (1, 2)
    assert "bad.jsonl" in shipped.warnings[0]
    assert "its parent bad is not shipped yet" in shipped.warnings[1]


def test_the_experiment_bears_the_leaderboard_and_comes_back_from_the_bin(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    ship(tmp_path)
    client = MlflowClient(tracking_uri(tmp_path))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    client.delete_experiment(experiment.experiment_id)
    write_trial(tmp_path, 1)
    assert ship(tmp_path).warnings == ()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert VIEW_TAG in experiment.tags
    assert experiment.lifecycle_stage == "active"
    assert experiment.artifact_location == (tmp_path / "mlruns" / "artifacts").as_uri()


def test_a_second_shipper_leaves_all_to_the_first_without_a_warning(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    with (spool_folder(tmp_path) / "ship.lock").open("ab") as file:
        assert lock(file.fileno())
        shipped = ship(tmp_path, wait_s=0.0)
    assert (shipped.waiting, shipped.warnings) == (1, ())
    assert ship(tmp_path).runs == 1


def test_a_run_is_found_by_its_key_and_an_unknown_one_is_none(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    ship(tmp_path)
    assert run_id(tmp_path, EXPERIMENT, "digits-0000-0") == runs(tmp_path)["digits#0"].info.run_id
    assert run_id(tmp_path, EXPERIMENT, "digits-0001-0") is None
    assert run_id(tmp_path, "nothing", "digits") is None
    database_path(tmp_path).write_bytes(b"no database at all" * 100)
    assert run_id(tmp_path, EXPERIMENT, "digits-0000-0") is None


def test_nothing_to_ship_makes_no_database_and_imports_no_mlflow(tmp_path: Path) -> None:
    code = SHIP + "; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
    assert not database_path(tmp_path).exists()


@pytest.mark.slow
def test_ten_kills_of_the_shipper_lose_and_double_nothing(tmp_path: Path) -> None:
    waits = random.Random(0)
    write_study(tmp_path).close()
    trials = 50
    for slot in range(trials):
        write_trial(tmp_path, slot)
    for round_ in range(10):
        process = subprocess.Popen([sys.executable, "-c", SHIP, str(tmp_path)])
        if round_ < 3:  # in the migrations
            while process.poll() is None and not list((tmp_path / "mlruns").glob(".mlflow-*/mlflow.db")):
                time.sleep(0.001)
            time.sleep(waits.uniform(0, 0.5))
        else:  # in the transfer
            left = len(unsent(tmp_path))
            while process.poll() is None and len(unsent(tmp_path)) > left - 3:
                time.sleep(0.001)
            time.sleep(waits.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert unsent(tmp_path)
    assert ship(tmp_path).warnings == ()
    assert count_points(tmp_path) == trials * EPOCHS * len(METRICS)
    found = runs(tmp_path)
    assert len(found) == trials + 1
    assert {run.info.status for name, run in found.items() if "#" in name} == {"FINISHED"}
    assert len({run.data.tags[KEY_TAG] for run in found.values()}) == trials + 1
    assert not spool_path(tmp_path, "digits-0000-0").exists()
    assert not list((tmp_path / "mlruns").glob(".mlflow-*"))
