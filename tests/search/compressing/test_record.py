"""The record of a compression: how its parent run ends, whatever ends the compression."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from search.compressing.record import Record
from search.record.addresses import remembered
from search.record.spool import spool_folder
from zoo.errors import ZooError

from .files import ROWS


@pytest.fixture
def subject(tmp_path):
    folder = tmp_path / "mlruns" / "studies" / "digits" / "compressed" / "0001-abc"
    return SimpleNamespace(name="digits", goal="accuracy", root=tmp_path, folder=folder, experiment="digits, accuracy")


@pytest.fixture(autouse=True)
def kept_here(monkeypatch):
    monkeypatch.setattr(Record, "_ship", lambda record: None)


def lines(subject, kind, key="compressed-digits-0001-abc"):
    path = spool_folder(subject.root) / f"{key}.jsonl"
    found = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in found if line["kind"] == kind]


def test_a_compression_that_fails_leaves_no_run_that_seems_to_run(subject):
    with pytest.raises(ZooError), Record(subject, pytest.fail):
        raise ZooError("the model as it is gives no file.\nCompress another.")
    (end,) = lines(subject, "end")
    assert (end["status"], end["reason"]) == ("FAILED", "the model as it is gives no file. Compress another.")
    assert lines(subject, "tags")[-1]["values"] == {"zoo.state": "failed"}


def test_one_that_is_interrupted_goes_on_with_the_same_run(subject):
    with pytest.raises(KeyboardInterrupt), Record(subject, pytest.fail):
        raise KeyboardInterrupt
    assert not lines(subject, "end")


def test_a_file_has_a_run_with_its_packed_size(subject):
    with Record(subject, pytest.fail) as record:
        record.add(ROWS[1:2])
    (point,) = lines(subject, "metrics", "compressed-digits-0001-abc-plain-int8")
    assert point["values"] == {
        **{"val/accuracy": 0.975, "objective": 0.975, "bytes": 3000, "gzip_bytes": 1500},
        **{"ram": 2000, "macs": 6000, "latency": 0.03},
    }


def test_files_for_a_microcontroller_have_runs_of_their_own(subject):
    with Record(subject, pytest.fail) as record:
        record.add([ROWS[1], replace(ROWS[1], format="c_array", bytes=2900)])
    keys = (f"compressed-digits-0001-abc-plain-{name}" for name in ("int8", "c_array-int8"))
    sizes = [lines(subject, "metrics", key)[0]["values"]["bytes"] for key in keys]
    assert sizes == [3000, 2900]


def test_the_server_of_the_record_is_remembered_and_said(subject):
    said = []
    with Record(subject, said.append, "http://127.0.0.1:9"):
        pass
    assert (remembered(subject.root), said) == ("http://127.0.0.1:9", ["the record goes to http://127.0.0.1:9"])
