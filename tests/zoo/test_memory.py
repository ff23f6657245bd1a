"""How much memory there is, and sizes as people write them."""

from __future__ import annotations

import os

import pytest

from zoo.errors import BadValue
from zoo.memory import budget, free_bytes, size_of, told


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


@pytest.mark.parametrize(("size", "text"), [(1, "1 bytes"), (3000, "3 kB"), (1.5 * 2**30, "1,536 MB")])
def test_a_size_is_told_in_the_largest_unit_that_it_fills(size, text):
    assert told(size) == text
