"""Spools keep every whole line through kills and full disks, and never raise."""

from __future__ import annotations

import json
import math
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.record.spool import Spool, sent_path, spool_path
from search.record.spooled import open_spool, points, read, retire, unsent
from zoo.errors import BadValue

ENDLESS_WRITER = """
import itertools, sys
from pathlib import Path
from search.record.spool import Spool
with Spool(Path(sys.argv[1]), "digits") as spool:
    spool.start("digits/accuracy", "digits")
    print("started", flush=True)
    for step in itertools.count():
        spool.metrics(step, {"train/loss": step / 7, "val/loss": step / 3})
"""


def test_a_spool_reads_back_what_was_written(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits-0001", clock=lambda: 12.5) as spool:
        spool.start("digits/accuracy", "digits#1", "digits", {"model.units": 64}, {"zoo.kind": "trial"})
        spool.metrics(3, {"val/accuracy": 0.875})
        spool.artifact(tmp_path / "mlruns" / "recipe.json", "recipes")
        spool.tags({"zoo.state": "finished"})
        spool.experiment({"view": 1})
        spool.model(Path("mlruns/exports/tflite-float32"), "ab12", name="digits", key="digits#1")
        spool.end("FINISHED", "all epochs done")
    path = "mlruns/exports/tflite-float32"
    assert read(spool.path) == (
        {
            "kind": "start",
            "experiment": "digits/accuracy",
            "name": "digits#1",
            "parent": "digits",
            "params": {"model.units": "64"},
            "tags": {"zoo.kind": "trial"},
            "time": 12500,
        },
        {"kind": "metrics", "step": 3, "values": {"val/accuracy": 0.875}, "time": 12500},
        {"kind": "artifact", "path": "mlruns/recipe.json", "folder": "recipes", "time": 12500},
        {"kind": "tags", "values": {"zoo.state": "finished"}, "time": 12500},
        {"kind": "experiment", "values": {"view": "1"}, "time": 12500},
        {"kind": "model", "path": path, "sha256": "ab12", "name": "digits", "key": "digits#1", "time": 12500},
        {"kind": "end", "status": "FINISHED", "reason": "all epochs done", "time": 12500},
    )


def test_every_line_is_strict_json_even_when_a_metric_is_not_finite(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.metrics(0, {"a": math.nan, "b": math.inf, "c": -math.inf})

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is not JSON")

    (line,) = spool.path.read_text("utf-8").splitlines()
    json.loads(line, parse_constant=refuse)
    values = {name: value for name, value, _, _ in points(read(spool.path))}
    assert math.isnan(values["a"])
    assert (values["b"], values["c"]) == (math.inf, -math.inf)


@pytest.mark.parametrize("key", ["", "../digits", "a/b", ".hidden", "a\n", "a" * 201, "it's"])
def test_a_key_that_is_no_safe_file_name_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadValue, match="run key"):
        spool_path(tmp_path, key)


def test_a_torn_last_line_is_skipped_by_the_reader_and_cut_by_the_next_writer(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.metrics(0, {"loss": 1.0})
    with spool.path.open("ab") as file:
        file.write(b'{"kind":"metrics","step":1,"val')
    assert [event["step"] for event in read(spool.path)] == [0]
    with Spool(tmp_path, "digits") as spool:
        spool.metrics(2, {"loss": 0.5})
    assert [event["step"] for event in read(spool.path)] == [0, 2]
    assert spool.path.read_bytes().count(b"\n") == 2


def test_lines_that_are_no_events_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "digits.jsonl"
    path.write_bytes(b'\x00\x00\n[1]\n{"kind":"tags"}\n{"kind":"metrics","time":1,"step":0,"values":{}}\n')
    assert [event["kind"] for event in read(path)] == ["metrics"]


def test_a_writer_killed_at_any_point_leaves_a_readable_spool(tmp_path: Path) -> None:
    waits = random.Random(0)
    last = -1
    for round_ in range(8):
        command = [sys.executable, "-c", ENDLESS_WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(waits.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
        spooled = open_spool(spool_path(tmp_path, "digits"))
        assert spooled.status == "KILLED"
        assert len(spooled.starts) == round_ + 1
        tail = spooled.events[spooled.events.index(spooled.starts[-1]) + 1 :]
        assert [event["step"] for event in tail] == list(range(len(tail)))
        assert len(spooled.events) > last
        last = len(spooled.events)


def test_the_state_tells_a_running_writer_from_a_dead_one_and_from_one_that_ended(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "digits")
    spool.start("digits/accuracy", "digits")
    assert open_spool(spool.path).status == "RUNNING"
    spool.close()
    assert open_spool(spool.path).status == "KILLED"
    spool.end("FAILED", "a bug")
    spool.close()
    assert open_spool(spool.path).status == "FAILED"


def test_a_spool_is_put_away_only_when_its_writer_is_gone_and_nothing_was_added(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "digits")
    spool.end("FINISHED")
    assert not retire(spool.path, 1)
    spool.close()
    assert not retire(spool.path, 0)
    assert retire(spool.path, 1)
    assert unsent(tmp_path) == ()
    assert len(read(sent_path(spool.path))) == 1


def test_a_run_that_goes_on_takes_its_spool_back_from_sent(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.end("FINISHED")
    retire(spool.path, 1)
    with Spool(tmp_path, "digits") as spool:
        spool.start("digits/accuracy", "digits")
    assert [event["kind"] for event in read(spool.path)] == ["end", "start"]
    assert not sent_path(spool.path).exists()


def test_a_spool_that_cannot_be_written_warns_once_and_loses_nothing_once_it_can(tmp_path: Path) -> None:
    (tmp_path / "mlruns").write_text("a file where the folder should be")
    warned: list[str] = []
    with Spool(tmp_path, "digits", warn=warned.append) as spool:
        for step in range(3):
            spool.metrics(step, {"loss": 1.0})
        assert len(warned) == 1
        (tmp_path / "mlruns").unlink()
        spool.metrics(3, {"loss": 1.0})
    assert [event["step"] for event in read(spool.path)] == [0, 1, 2, 3]


def test_a_disk_that_fills_in_mid_line_and_is_freed_loses_nothing(tmp_path: Path) -> None:
    warned: list[str] = []
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Spool(tmp_path, "digits", warn=warned.append) as spool:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (250, before[1]))
            for step in range(9):
                spool.metrics(step, {"loss": 1.0})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert spool.path.stat().st_size == 250
        assert len(warned) == 1
    assert [event["step"] for event in read(spool.path)] == list(range(9))


def test_a_second_writer_of_one_spool_is_kept_out_with_a_warning(tmp_path: Path) -> None:
    warned: list[str] = []
    with Spool(tmp_path, "digits") as first:
        first.metrics(0, {"loss": 1.0})
        second = Spool(tmp_path, "digits", warn=warned.append)
        second.metrics(0, {"loss": 2.0})
        assert "another process holds it" in warned[0]
        assert len(read(first.path)) == 1
