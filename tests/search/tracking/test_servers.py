"""A server that is away, silent or unwilling costs one line and no time; nothing of what it is told leaks."""

from __future__ import annotations

import base64
import socket
import time
from pathlib import Path

import pytest

from search.record.addresses import track
from search.record.spooled import unsent
from search.tracking import leaderboard, prepare, run_id, ship, tracking_uri

from .servers import HOST, free_port, refusing
from .spools import EPOCHS, EXPERIMENT, METRICS, count_points, write_study, write_trial

SECRET = "hunter2"


def test_a_server_that_is_away_costs_one_line_with_the_cure_and_all_waits(tmp_path: Path) -> None:
    address = f"http://{HOST}:{free_port()}"
    write_study(tmp_path).close()
    for slot in range(20):
        write_trial(tmp_path, slot)
    track(tmp_path, address)
    prepare(tmp_path)
    began = time.monotonic()
    shipped = [ship(tmp_path) for _ in range(20)]
    assert time.monotonic() - began < 3
    assert {found.warnings for found in shipped} == {
        (
            f"tracking waits (MLflow: {address} cannot be reached: connection refused. Start it, or keep the record"
            " below mlruns with --tracking-uri local); training is not affected, the next command ships what is left.",
        )
    }
    assert [(found.runs, found.waiting) for found in shipped] == [(0, 21)] * 20
    assert run_id(tmp_path, EXPERIMENT, "digits") is None
    assert leaderboard(tmp_path, EXPERIMENT) == f"{address}/"
    assert not (tmp_path / "mlruns" / "mlflow.db").exists()


def test_who_gives_a_server_up_gets_all_below_the_root(tmp_path: Path) -> None:
    write_study(tmp_path).close()
    write_trial(tmp_path, 0)
    track(tmp_path, f"http://{HOST}:{free_port()}")
    assert ship(tmp_path).waiting == 2
    track(tmp_path, "local")
    assert ship(tmp_path).warnings == ()
    assert count_points(tmp_path) == EPOCHS * len(METRICS)
    assert tracking_uri(tmp_path).startswith("sqlite:///")


def test_a_silent_server_holds_one_round_and_is_then_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    write_trial(tmp_path, 0)
    prepare(tmp_path)
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        track(tmp_path, f"http://{HOST}:{silent.getsockname()[1]}")
        began = time.monotonic()
        first = ship(tmp_path)
        held = time.monotonic() - began
        second = ship(tmp_path)
        again = time.monotonic() - began - held
    assert 0.9 < held < 5
    assert again < 0.1
    assert first.warnings == second.warnings
    assert "timed out" in first.warnings[0]
    assert len(unsent(tmp_path)) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_come_from_the_environment_and_are_told_to_the_server_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ann")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", SECRET)
    write_trial(tmp_path, 0)
    with refusing(status, f"no {SECRET} here") as (address, shown):
        track(tmp_path, address)
        (said,) = ship(tmp_path).warnings
    assert set(shown) == {"Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()}
    assert f"{address} refuses: " in said
    assert "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" in said
    kept = [path.read_text() for path in (tmp_path / "mlruns").rglob("*") if path.is_file()]
    assert all(SECRET not in text for text in (said, *kept))


def test_a_proxy_of_the_environment_does_not_hear_what_stays_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "example.org")
    write_trial(tmp_path, 0)
    with refusing(500) as (proxy, heard), refusing(401) as (address, shown):
        monkeypatch.setenv("http_proxy", proxy)
        track(tmp_path, address)
        ship(tmp_path)
    assert (len(heard), len(shown)) == (0, 1)
