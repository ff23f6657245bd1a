"""What is spooled arrives in MLflow once, whole, and with the right end state."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

from mlflow import MlflowClient

from search.record.spool import THIS_RUN, Spool
from search.record.spooled import unsent
from search.tracking import ship, tracking_uri

from .spools import EPOCHS, EXPERIMENT, METRICS, count_points, runs, write_study, write_trial


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


def test_a_server_that_goes_in_mid_round_is_asked_for_no_other_spool(tmp_path: Path, monkeypatch) -> None:
    gone, tried = ConnectionError("it went"), []

    def away(*_: object) -> None:
        tried.append("server")
        raise gone

    write_study(tmp_path).close()
    for slot in range(5):
        write_trial(tmp_path, slot)
    client = SimpleNamespace(tracking_uri="http://127.0.0.1:1", get_experiment_by_name=away)
    monkeypatch.setattr("search.tracking._shipping.open_client", lambda *_: client)
    monkeypatch.setattr("search.tracking._shipping.open_server", away)
    shipped = ship(tmp_path)
    assert (shipped.runs, shipped.waiting, len(tried)) == (0, 6, 2)
    assert len(shipped.warnings) == 1
    assert "MLflow: it went" in shipped.warnings[0]


def test_a_link_in_a_text_leads_to_the_runs_own_page(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.start(EXPERIMENT, "digits", tags={"begun": f"[study]({THIS_RUN})"})
        spool.tags({"ended": f"[report]({THIS_RUN}/artifacts/report.html)"})
        spool.experiment({"about": f"[last study]({THIS_RUN})"})
        spool.end("FINISHED")
    assert ship(tmp_path).warnings == ()
    run = runs(tmp_path)["digits"]
    page = f"#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"
    assert run.data.tags["begun"] == f"[study]({page})"
    assert run.data.tags["ended"] == f"[report]({page}/artifacts/report.html)"
    about = MlflowClient(tracking_uri(tmp_path)).get_experiment(run.info.experiment_id).tags["about"]
    assert about == f"[last study]({page})"
