"""Rows on the disk behave as an array does, and give what the array would."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.data import load_data
from zoo.data._hash import content_hash
from zoo.errors import ZooError
from zoo.lazy import LazyRows, chunks_of, in_memory, on_disk
from zoo.splits import split
from zoo.workspace import Workspace


class Disk:
    """Rows that remember what was read of them."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows, self.reads = rows, []

    def lazily(self) -> LazyRows:
        return LazyRows(self.fetch, np.arange(len(self.rows)), self.rows[0].nbytes)

    def fetch(self, places: np.ndarray) -> np.ndarray:
        self.reads.append(len(places))
        return self.rows[places]


@pytest.fixture
def disk():
    return Disk(np.random.default_rng(0).integers(0, 256, (50, 4, 4, 1)).astype(np.uint8))


def test_choosing_rows_reads_none(disk):
    rows = disk.lazily()[np.array([7, 3, 9])][1:]
    assert (len(rows), rows.nbytes, disk.reads) == (2, 32, [])
    np.testing.assert_array_equal(rows.read(), disk.rows[[3, 9]])


@pytest.mark.parametrize("most", [1, 7, 50, 99])
def test_chunks_are_the_rows_in_their_order(disk, most):
    for rows in (disk.lazily(), disk.rows):
        chunks = list(chunks_of(rows, most))
        assert max(map(len, chunks)) <= most
        np.testing.assert_array_equal(np.concatenate(chunks), disk.rows)
        np.testing.assert_array_equal(in_memory(rows), disk.rows)


def test_rows_on_the_disk_have_the_hash_and_the_splits_of_rows_in_memory(disk):
    facts = {"largest": [4, 4], "ragged": False}
    held = replace(load_data((disk.rows[..., 0], np.arange(50) % 2)), facts=facts)
    lazy = replace(held, x=disk.lazily())
    assert content_hash(lazy) == content_hash(held)
    for name in ("train", "validation", "test"):
        ours, theirs = getattr(split(lazy), name), getattr(split(held), name)
        np.testing.assert_array_equal(ours.x, theirs.x)
        assert isinstance(ours.x, np.memmap)


def test_a_workspace_keeps_so_many_preparations_and_no_more(monkeypatch):
    from zoo import workspace as module
    from zoo.recipe import Source

    monkeypatch.setattr(module, "MOST_SPLITS", 2)
    kept, made = Workspace(), []
    monkeypatch.setattr(module, "split", lambda dataset, seed, values, *_: made.append(values) or split(dataset, seed))
    for place in (0, 1, 0, 2, 0, 1):
        kept.splits(Source("wine"), {"place": place})
    assert [values["place"] for values in made] == [0, 1, 2, 1]


def test_preparations_that_fill_too_much_go_but_for_the_two_used_last(monkeypatch):
    from zoo import workspace as module
    from zoo.recipe import Source

    monkeypatch.setattr(module, "MOST_BYTES", 1)
    kept, made = Workspace(), []
    monkeypatch.setattr(module, "split", lambda dataset, seed, values, *_: made.append(values) or split(dataset, seed))
    for place in (0, 1, 0, 1, 2, 0):
        kept.splits(Source("wine"), {"place": place})
    assert [values["place"] for values in made] == [0, 1, 2, 0]


def test_a_disk_without_room_is_said_in_one_line():
    with pytest.raises(ZooError, match=r"has no room for .* MB of rows .*Set TMPDIR to a folder with room"):
        on_disk((2**50,), np.float64)


def test_rows_on_the_disk_leave_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = on_disk((10, 3), np.float32)
    rows[:] = 1
    assert (rows.sum(), list(tmp_path.iterdir())) == (30, [])
