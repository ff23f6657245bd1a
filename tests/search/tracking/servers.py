"""A real MLflow server on the loopback address, and one that only says no."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

HOST = "127.0.0.1"
_START_S, _STOP_S = 240.0, 20.0
direct = build_opener(ProxyHandler({}))


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def server(folder: Path, port: int) -> Iterator[str]:
    """Run `mlflow server` on a folder of its own and yield its address; files go through it."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", str(folder / "files")]
    settings = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **settings}, start_new_session=True
        )
    try:
        _wait_until_it_answers(process, port, folder)
        yield f"http://{HOST}:{port}"
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), direct.open(f"http://{HOST}:{port}/health", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text())


@contextmanager
def refusing(status: int, answer: str = "{}") -> Iterator[tuple[str, list[str | None]]]:
    """Yield the address of a server that refuses all, and the credentials that it was shown."""
    shown: list[str | None] = []

    class Refusing(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            shown.append(self.headers["Authorization"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        do_GET = do_POST = _refuse

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Refusing) as refused:
        thread = threading.Thread(target=refused.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{refused.server_port}", shown
        finally:
            refused.shutdown()
            thread.join()
