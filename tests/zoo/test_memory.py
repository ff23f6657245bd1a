"""How much memory there is, and sizes as people write them."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from zoo import memory
from zoo.errors import BadValue
from zoo.memory import budget, filled_by, free_bytes, resident, size_of, told


@pytest.mark.parametrize(
    ("text", "size"),
    [("2G", 2 << 30), ("500M", 500 << 20), ("1.5 gb", 3 << 29), ("10KiB", 10240), ("7", 7), (None, None)],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1G", "0", "1e9", "2X", "9" * 400 + "G"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(BadValue, match=r"must be a size above 0\. Try --memory 2G"):
        size_of(text)


def test_half_of_what_is_free_may_be_filled_unless_said_otherwise():
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < free_bytes() <= whole
    assert 0 < budget(None) <= whole // 2
    assert budget(1000) == 1000


V2 = {"inactive_file": 60, "active_file": 30, "slab_reclaimable": 10, "slab_unreclaimable": 50}
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes"), {"total_inactive_file": 30, "total_active_file": 70}


def grouped(folder, path, limit, names=("memory.max", "memory.current"), cached=V2):
    """Write what Linux tells of a control group with 300 bytes filled, of which those `cached` could go at once."""
    group = folder / path
    group.mkdir(parents=True, exist_ok=True)
    (group / names[0]).write_text(f"{limit}\n")
    (group / names[1]).write_text("300\n")
    told = "".join(f"{name} {size}\n" for name, size in cached.items())
    (group / "memory.stat").write_text(f"anon 200\n{told}")


@pytest.mark.parametrize(
    ("told", "limits", "free"),
    [
        ("0::/a/b\n", {"a/b": "max", "a": "1000"}, 800),
        ("0::/a/b\n", {"a/b": "700", "a": "1000"}, 500),
        ("0::/\n", {".": "250"}, 50),
        ("0::/elsewhere/unseen\n", {".": "900"}, 700),
        ("0::/a\n", {"a": "100"}, 0),
        ("9:pids:/x\n4:cpu,memory:/box\n0::/\n", {"memory/box": "600"}, 400),
        ("0::/a\n", {"a": "max"}, None),
        ("0::/a\n", {}, None),
    ],
)
def test_a_container_leaves_what_its_groups_leave(told, limits, free, tmp_path, monkeypatch):
    for path, limit in limits.items():
        grouped(tmp_path, path, limit, *(V1 if path.startswith("memory") else ()))
    inside(tmp_path, told, monkeypatch)
    assert free_bytes() == free if free is not None else free_bytes() > 2**20


@pytest.mark.parametrize(("cached", "free"), [({"active_file": 100}, 800), ({"inactive_file": 40}, 740), ({}, 700)])
def test_files_that_were_read_again_and_again_are_no_more_in_the_way_than_others(cached, free, tmp_path, monkeypatch):
    grouped(tmp_path, "a", 1000, cached=cached)
    inside(tmp_path, "0::/a\n", monkeypatch)
    assert free_bytes() == free


def inside(folder, told, monkeypatch):
    """Have this process find its control groups below `folder`, by what Linux `told` of them."""
    (folder / "cgroup").write_text(told)
    tops = {"": folder, "memory": folder / "memory"}
    moved = {kind: files._replace(top=tops[kind]) for kind, files in memory._VERSIONS.items()}
    monkeypatch.setattr(memory, "_VERSIONS", moved)
    monkeypatch.setattr(memory, "_CGROUP", folder / "cgroup")


def test_the_resident_size_grows_with_what_is_held():
    before = resident()
    held = np.ones(8 << 20)
    assert resident() - before > held.nbytes // 2


def test_what_another_process_fills_is_told_until_it_is_gone():
    process = subprocess.Popen((sys.executable, "-c", "held = b'x' * (64 << 20); input()"), stdin=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while filled_by(process.pid) < 64 << 20:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        process.communicate(b"\n")
    assert filled_by(process.pid) is None


def test_ps_tells_the_resident_size_where_the_system_has_no_file_of_it(monkeypatch, tmp_path):
    told_by_file = resident()
    monkeypatch.setattr(memory, "_STATM", tmp_path / "none")
    assert resident() == pytest.approx(told_by_file, rel=0.1)


def test_a_system_that_tells_no_resident_size_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "_STATM", tmp_path / "none")
    monkeypatch.setattr(memory.os, "getpid", lambda: 2**22 + 1)
    with pytest.raises(OSError, match="ps tells no resident size"):
        resident()


@pytest.mark.parametrize(("size", "text"), [(1, "1 bytes"), (3000, "3 kB"), (1.5 * 2**30, "1,536 MB")])
def test_a_size_is_told_in_the_largest_unit_that_it_fills(size, text):
    assert told(size) == text
