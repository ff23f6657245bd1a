"""A record on a real MLflow server: all of it arrives, also what was written while the server was away."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType

from search.compressing.compressing import compress
from search.record.addresses import remembered, track
from search.record.spool import Spool, sent_path
from search.record.spooled import unsent
from search.tracking import PARENT_TAG, forget, leaderboard, run_id, ship, tracking_uri

from ..light_studies import EPOCHS as LIGHT_EPOCHS
from ..light_studies import STUDY, LightCrew, light, records
from ..processes import needs_proc
from .crowd import killable, write_at_once
from .servers import HOST, free_port, server
from .spools import EPOCHS, METRICS, count_points, runs, write_study, write_trial
from .test_crowd import LISTEN, has_fewer

pytestmark = pytest.mark.slow
ENDS = ("FINISHED", "KILLED", "FAILED")


class Late:
    """A server of these tests that is started when the first one asks for it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.port, self._stack, self.is_up = folder, free_port(), stack, False
        self.address = f"http://{HOST}:{self.port}"

    def start(self) -> None:
        if not self.is_up:
            self._stack.enter_context(server(self.folder, self.port))
            self.is_up = True

    def points(self, experiment: str) -> int:
        return count_points(Path(), experiment, self.folder / "mlflow.db")


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Late]:
    with ExitStack() as stack:
        yield Late(tmp_path_factory.mktemp("server"), stack)


@pytest.fixture
def remote(late: Late, tmp_path: Path) -> Path:
    """A root whose record goes to the server."""
    (tmp_path / "mlruns").mkdir()
    track(tmp_path, late.address)
    return tmp_path


def test_a_server_that_was_away_for_a_whole_study_gets_every_point_end_and_file(late: Late, remote: Path) -> None:
    assert not late.is_up
    report = remote / "mlruns" / "report.json"
    report.write_text("{}")
    with write_study(remote, "away") as study:
        for slot in range(12):
            write_trial(remote, slot, ENDS[slot % 3], "away")
            assert (ship(remote).waiting, len(ship(remote).warnings)) == (slot + 2, 1)
        study.artifact(report, "pictures")
        study.end("FINISHED")
    late.start()
    shipped = ship(remote)
    assert (shipped.runs, shipped.waiting, shipped.warnings) == (13, 0, ())
    assert late.points("away") == 12 * EPOCHS * len(METRICS)
    found = runs(remote, "away")
    assert [found[f"digits#{slot}"].info.status for slot in range(12)] == list(ENDS) * 4
    assert found["digits"].info.status == "FINISHED"
    assert {run.data.tags.get(PARENT_TAG) for name, run in found.items() if "#" in name} == {
        found["digits"].info.run_id
    }
    client = MlflowClient(late.address)
    kept = client.download_artifacts(found["digits"].info.run_id, "pictures/report.json", str(remote))
    assert (Path(kept).read_text(), unsent(remote)) == ("{}", ())
    assert run_id(remote, "away", "digits") == found["digits"].info.run_id
    assert leaderboard(remote, "away").startswith(f"{late.address}/#/experiments/{found['digits'].info.experiment_id}/")
    assert not (remote / "mlruns" / "mlflow.db").exists()


def test_eight_processes_at_once_lose_and_double_nothing_on_a_server(late: Late, remote: Path) -> None:
    late.start()
    write_study(remote, "crowd").close()
    write_at_once(remote, "crowd", writers=8, each=4)
    assert ship(remote).warnings == ()
    assert late.points("crowd") == 32 * EPOCHS * len(METRICS)
    assert len(runs(remote, "crowd")) == 33


@needs_proc
def test_kills_of_the_shipper_lose_and_double_nothing_on_a_server(late: Late, remote: Path) -> None:
    late.start()
    waits, kills = random.Random(0), 0
    write_study(remote, "kills").close()
    for slot in range(20):
        write_trial(remote, slot, experiment="kills")
    with killable(remote) as ship_and_kill:
        while kills < 6:
            kills += ship_and_kill(partial(has_fewer, remote, len(unsent(remote))), waits.uniform(0, 0.06))
    assert unsent(remote)
    assert ship(remote).warnings == ()
    assert late.points("kills") == 20 * EPOCHS * len(METRICS)
    assert len(runs(remote, "kills")) == 21


def test_a_record_on_a_server_asks_nobody_else(late: Late, remote: Path) -> None:
    late.start()
    write_study(remote, "alone").close()
    write_trial(remote, 0, experiment="alone")
    heard = subprocess.run([sys.executable, "-c", LISTEN, str(remote)], capture_output=True, text=True, check=True)
    told = heard.stdout.splitlines()
    assert any("socket.connect" in line for line in told)
    assert [line for line in told if f"'{HOST}', {late.port}" not in line] == []
    assert unsent(remote) == ()


def test_a_study_is_deleted_on_the_server_and_below_the_root(late: Late, tmp_path: Path) -> None:
    late.start()
    with write_study(tmp_path, "gone") as study:
        study.end("FINISHED")
    path = write_trial(tmp_path, 0, experiment="gone")
    assert ship(tmp_path).warnings == ()
    track(tmp_path, late.address)
    assert ship(tmp_path).runs == 2
    assert sent_path(path).exists()
    files = [path for path in (late.folder / "files").rglob("*.json") if path.read_text() == '{"seed": 0}']
    run = runs(tmp_path, "gone")["digits#0"].info.run_id
    assert any(run in path.parts for path in files)
    assert forget(tmp_path, "gone", "digits", "digits") == (4, None)
    assert runs(tmp_path, "gone") == {}
    assert not any(run in path.parts for path in (late.folder / "files").rglob("*.json"))
    below = MlflowClient(f"sqlite:///{tmp_path / 'mlruns' / 'mlflow.db'}")
    place = below.get_experiment_by_name("gone").experiment_id
    assert below.search_runs([place], run_view_type=ViewType.ACTIVE_ONLY) == []


def test_files_are_not_sent_past_the_server(late: Late, remote: Path, tmp_path: Path) -> None:
    late.start()
    aside = tmp_path / "aside"
    MlflowClient(tracking_uri(remote)).create_experiment("past", artifact_location=aside.as_uri())
    with Spool(remote, "digits") as spool:
        spool.start("past", "digits")
        for name in ("a", "b"):
            (remote / name).touch()
            spool.artifact(remote / name)
        spool.end("FINISHED")
    shipped = ship(remote)
    assert (shipped.runs, len(shipped.warnings), aside.exists()) == (1, 1, False)
    assert "not through it (file); they stay below mlruns" in shipped.warnings[0]


def test_what_workers_train_arrives_on_the_server_that_they_are_given(late: Late, left: Path, zoo_command) -> None:
    late.start()
    assert len(unsent(left)) == 3  # the study, and two trials that nobody sent
    with light(LightCrew, ships=True):
        said = zoo_command("worker", STUDY, "--root", left, "--tracking-uri", late.address)
    assert said.out == f"trained 6 trials of {STUDY}: 6 finished; 8 of 8 have ended\n"
    assert f"the record goes to {late.address}" in said.err
    found = runs(left, "wine, accuracy")
    assert {f"wine#{slot}": "FINISHED" for slot in range(8)}.items() <= {
        (name, run.info.status) for name, run in found.items()
    }
    epochs = sum(record.epochs for record in records(left))
    client, trials = MlflowClient(late.address), [run for name, run in found.items() if "#" in name]
    points = [client.get_metric_history(run.info.run_id, "val/accuracy") for run in trials]
    assert sum(map(len, points)) == epochs == 8 * LIGHT_EPOCHS
    assert {run.data.tags[PARENT_TAG] for run in trials} == {found["wine"].info.run_id}
    assert {client.list_artifacts(run.info.run_id)[0].path for run in trials} == {"recipe.json"}
    assert {path.stem.rpartition("-")[0] for path in unsent(left)} <= {"wine"}  # which the study's end ends


def test_what_a_compression_tries_arrives_on_the_server_that_it_is_given(late: Late, study, tmp_path: Path) -> None:
    late.start()
    root = shutil.copytree(study.root, tmp_path / "root")
    shutil.rmtree(root / "mlruns" / "spool" / "sent")  # the study itself need not be sent again
    answer = compress(STUDY, root=root, budget_s=0.1, tracking_uri=late.address)
    assert (remembered(root), unsent(root)) == (late.address, ())
    found = runs(root, "wine, accuracy")
    parent = next(run for run in found.values() if run.data.tags["zoo.kind"] == "compression")
    files = [run for run in found.values() if run.data.tags.get(PARENT_TAG) == parent.info.run_id]
    assert (parent.info.status, len(files)) == ("FINISHED", len(answer.rows))
    assert sorted(run.data.metrics["bytes"] for run in files) == sorted(row.bytes for row in answer.rows)
    kept = {entry.path for entry in MlflowClient(late.address).list_artifacts(parent.info.run_id)}
    assert kept == {"report.json", "front.png"}
