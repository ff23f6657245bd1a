"""How much memory there is, and sizes as people write them."""

from __future__ import annotations

import os

import numpy as np
import pytest

from zoo import memory
from zoo.errors import BadValue
from zoo.memory import budget, free_bytes, resident, size_of, told


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


def test_the_resident_size_grows_with_what_is_held():
    before = resident()
    held = np.ones(8 << 20)
    assert resident() - before > held.nbytes // 2


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
