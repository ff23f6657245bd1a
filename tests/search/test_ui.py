"""The MLflow page answers on the loopback address only, and goes down with all its processes."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from search.record.spool import Spool
from search.tracking import ship
from search.ui import serve
from zoo.errors import BadData, BadValue

SERVE = """
import sys
from pathlib import Path
from search.ui import serve
serve(Path(sys.argv[1]), int(sys.argv[2]), "digits/accuracy", lambda address: print(address, flush=True))
"""
direct = build_opener(ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_root_without_trials_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="zoo tune digits"):
        serve(tmp_path)


def test_a_taken_port_is_refused_with_a_free_one(tmp_path: Path) -> None:
    database = tmp_path / "mlruns" / "mlflow.db"
    database.parent.mkdir()
    database.touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadValue, match=rf"port {port} cannot be used: .* Try --port \d+"):
            serve(tmp_path, port)
    with pytest.raises(BadValue, match="between 1 and 65535"):
        serve(tmp_path, 70_000)


def test_the_command_says_in_one_line_that_its_port_is_taken_and_which_is_free(tmp_path: Path, zoo_command) -> None:
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = zoo_command("ui", "--root", tmp_path, "--port", port)
    assert said.code == 2
    lines = said.err.strip().splitlines()
    assert re.fullmatch(rf"zoo: port {port} cannot be used: .* Try --port \d+\.", lines[-1])
    assert (said.out, lines[:-1]) == ("", ["starting MLflow"])


@pytest.mark.slow
def test_the_page_lists_the_study_on_loopback_only_and_ends_on_a_signal(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text('{"seed": 0}')
    with Spool(tmp_path, "digits") as spool:
        spool.start("digits/accuracy", "digits")
        spool.artifact(tmp_path / "recipe.json")
        spool.end("FINISHED")
    assert ship(tmp_path).warnings == ()
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(tmp_path), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address.startswith(f"http://127.0.0.1:{port}/#/experiments/")
            with direct.open(address) as page:
                assert page.status == 200
            assert _listening(port) == {"0100007F"}
            experiments = _post(port, "experiments/search", {"max_results": 10})["experiments"]
            ids = {entry["name"]: entry["experiment_id"] for entry in experiments}
            (run,) = _post(port, "runs/search", {"experiment_ids": [ids["digits/accuracy"]]})["runs"]
            artifact = f"http://127.0.0.1:{port}/get-artifact?path=recipe.json&run_uuid={run['info']['run_id']}"
            with direct.open(artifact) as answer:
                assert json.load(answer) == {"seed": 0}
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert _listening(port) == set()
    assert not (Path.cwd() / "mlartifacts").exists()


def _post(port: int, method: str, body: dict[str, object]) -> dict[str, list]:
    place = f"http://127.0.0.1:{port}/api/2.0/mlflow/{method}"
    request = Request(place, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with direct.open(request) as answer:
        return json.load(answer)


def _listening(port: int) -> set[str]:
    """Return the addresses, in hexadecimal, that the kernel lists as listening on a port."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    places = (row[1].split(":") for row in rows if row[3] == "0A")
    return {host for host, number in places if int(number, 16) == port}
