"""Rows of benchmarks outlive what ends a benchmark, and are made again when what decides them has changed."""

from __future__ import annotations

import resource
import time

import pytest

from . import keeping
from .figures import measured
from .keeping import EARLIER, ROWS, kept, rows_of
from .processes import watch

WHAT = {"case": ("digits", "cnn"), "seed": 0}


class Maker:
    """Makes a row a call, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self):
        self.made += 1
        return {"bytes": 100 * self.made}


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.setenv(ROWS, str(tmp_path / "rows"))
    monkeypatch.delenv(EARLIER, raising=False)
    return Maker()


def test_a_row_is_made_once_and_is_the_same_when_it_is_read_again(make):
    first = kept("sizes", WHAT, make)
    assert kept("sizes", WHAT, make) == first
    assert (first["bytes"], make.made) == (100, 1)
    assert first["key"]["case"] == ["digits", "cnn"]
    assert {"at", "seconds", "others"} <= first.keys()


@pytest.mark.parametrize("change", [{"seed": 1}, {"case": ("wine", "cnn")}, {"more": True}])
def test_another_case_has_a_row_of_its_own(make, change):
    kept("sizes", WHAT, make)
    assert kept("sizes", {**WHAT, **change}, make)["bytes"] == 200
    assert kept("sizes", WHAT, make)["bytes"] == 100


def test_changed_sources_make_the_row_anew(make, tmp_path):
    source = tmp_path / "part.py"
    found = []
    for content in ("one = 1", "one = 2", "one = 1"):
        source.write_text(content)
        found.append(kept("sizes", WHAT, make, [source])["bytes"])
    assert found == [100, 200, 100]


def test_rows_of_earlier_sources_count_where_that_is_asked(make, tmp_path, monkeypatch):
    source = tmp_path / "part.py"
    source.write_text("one = 1")
    early = kept("sizes", WHAT, make, [source])
    source.write_text("one = 2")
    monkeypatch.setenv(EARLIER, "1")
    assert kept("sizes", WHAT, make, [source]) == early
    assert kept("sizes", {**WHAT, "seed": 1}, make, [source])["bytes"] == 200
    late = {**early, "key": {**early["key"], "sources": "b"}}
    assert measured([early, late]).endswith("by several versions of the sources")


def test_a_peer_that_is_not_installed_is_told_as_none(make, monkeypatch):
    monkeypatch.setattr(keeping, "PACKAGES", ("keras", "no-such-peer"))
    versions = kept("sizes", WHAT, make)["key"]["versions"]
    assert versions["keras"] and versions["no-such-peer"] is None
    assert kept("sizes", WHAT, make)["bytes"] == 100
    monkeypatch.setattr(keeping, "PACKAGES", ("keras", "pytest"))
    assert kept("sizes", WHAT, make)["bytes"] == 200


def test_what_could_not_be_made_leaves_no_row(make):
    def fail():
        raise ValueError("no file")

    with pytest.raises(ValueError, match="no file"):
        kept("sizes", WHAT, fail)
    assert kept("sizes", WHAT, make)["bytes"] == 100


@pytest.mark.parametrize("left", [1, 12, -1])
def test_a_line_that_a_kill_cut_short_is_made_again_and_spoils_no_other(make, left):
    kept("sizes", WHAT, make)
    path = rows_of("sizes")
    whole = path.read_text()
    path.write_text(whole + whole.replace('"seed": 0', '"seed": 1')[: left if left > 0 else -2])
    assert kept("sizes", {**WHAT, "seed": 1}, make)["bytes"] == 200
    assert kept("sizes", WHAT, make)["bytes"] == 100
    assert kept("sizes", {**WHAT, "seed": 1}, make)["bytes"] == 200


def test_this_process_and_its_children_are_no_others():
    told, of_children = watch(), watch(resource.RUSAGE_CHILDREN)
    began = time.process_time()
    while time.process_time() - began < 0.1:
        pass
    assert 0.09 <= told()["cpu_seconds"] <= told()["seconds"] + 0.02  # which are rounded, and ticks are coarse
    assert of_children()["cpu_seconds"] == 0


def test_rows_tell_when_they_were_measured_and_beside_how_much():
    keys = [{"module": name, "sources": name} for name in ("ours", "theirs")]
    found = zip((12, 10), (0.1, 0.7), keys, strict=True)
    rows = [{"at": f"{hour}:00", "others": busy, "key": key} for hour, busy, key in found]
    assert measured(iter(rows)) == "measured 10:00 to 12:00, others on at most 0.7 cores"
