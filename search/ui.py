"""Starts the MLflow page of a root on 127.0.0.1 and takes it down again. MLflow runs as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import entry_points
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

from search.care.moving import follow
from search.record.leaderboard import fragment
from zoo.errors import BadData, BadValue, ZooError

HOST = "127.0.0.1"  # the page has no password: whoever reaches it can change and delete
APP = "zoo"  # of MLflow's server: search/tracking/_page.py
_START_LIMIT, _STOP_LIMIT, _PAUSE = 120.0, 10.0, 0.1  # seconds
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # 10 processes and 2.5 GB otherwise
    "PYTHONSAFEPATH": "1",  # a types.py in the user's folder must not be imported
}
_direct = build_opener(ProxyHandler({}))  # no proxy of the environment stands between us and ourselves


def serve(
    root: Path,
    port: int = 5000,
    experiment: str | None = None,
    ready: Callable[[str], None] = lambda address: None,
    said: Callable[[str], None] = lambda text: None,
) -> None:
    """Serve until Ctrl-C; call `ready` with the address, the leaderboard's if the experiment is there.

    `said` hears of paths that were those of another place, as after a move. Raise BadData when there is nothing to
    look at yet, BadValue for a port that cannot be had.
    """
    folder = Path(root).absolute() / "mlruns"
    if not (folder / "mlflow.db").is_file():
        raise BadData(f"no trials are tracked at {folder / 'mlflow.db'}; run `zoo tune digits` first, or give --root.")
    _check_port(port)
    with suppress(sqlite3.Error):  # of what cannot be read the server's log tells
        for line in follow(root):
            said(line)
    with _stop_signals(), _server(folder, port) as process:
        address = f"http://{HOST}:{port}/"
        _wait_until_it_answers(process, address, folder)
        ready(address + _leaderboard(address, experiment))
        with suppress(KeyboardInterrupt):
            process.wait()


def _check_port(port: int) -> None:
    if not 1 <= port <= 65_535:
        raise BadValue(f"the port is {port}; it must lie between 1 and 65535. Try --port 5000.")
    try:
        _bind(port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadValue(f"port {port} cannot be used: {reason}. Try --port {_bind(0)}.") from error


def _bind(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return probe.getsockname()[1]


@contextmanager
def _server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--default-artifact-root", (folder / "artifacts").as_uri(), "--no-serve-artifacts"]
    if entry_points(group="mlflow.app", name=APP):  # not in an installation that is older than this
        command += ["--app-name", APP]
    with (folder / "ui.log").open("wb") as log:
        settings = {**os.environ, **_SETTINGS}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=settings, start_new_session=True)
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):  # to the server's session, so its workers go with it
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_LIMIT)


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Take a closed terminal or a `kill` as Ctrl-C, so that the server is taken down too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)  # a background job inherits a SIGINT that is ignored
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), _direct.open(address + "health", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(_PAUSE)
    raise ZooError(f"the MLflow page did not start; {folder / 'ui.log'} tells why. Try again, or another --port.")


def _leaderboard(address: str, experiment: str | None) -> str:
    if experiment is None:
        return ""
    place = f"{address}api/2.0/mlflow/experiments/get-by-name?experiment_name={quote(experiment, safe='')}"
    with suppress(URLError), _direct.open(place, timeout=30) as answer:
        return fragment(json.load(answer)["experiment"]["experiment_id"])
    return ""
