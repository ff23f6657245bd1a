"""Files are whole or not there, and on disk before they take a name."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from zoo.durable import sync_folder, whole_file

from ..disks import full_beyond


@pytest.fixture
def synced(monkeypatch):
    """What was put on disk, in order: an inode and the bytes that it had then."""
    seen, real = [], os.fsync

    def fsync(descriptor):
        status = os.fstat(descriptor)
        seen.append((status.st_ino, status.st_size))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_file_is_on_disk_whole_before_it_has_its_name_and_its_name_is_after(tmp_path, synced, monkeypatch):
    path, real = tmp_path / "weights.npz", os.replace
    path.write_bytes(b"old")

    def replace(source, target, **options):
        assert synced == [(Path(source).stat().st_ino, 100_000)]
        real(source, target, **options)

    monkeypatch.setattr(os, "replace", replace)
    with whole_file(path) as file:
        file.write(bytes(100_000))
        assert path.read_bytes() == b"old"
    assert [inode for inode, _ in synced] == [path.stat().st_ino, tmp_path.stat().st_ino]
    assert path.read_bytes() == bytes(100_000)
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_keeps_the_old_file_and_leaves_nothing_aside(tmp_path):
    path = tmp_path / "recipe.json"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_file_do_not_meet_and_the_last_one_counts(tmp_path):
    path = tmp_path / "recipe.json"
    (tmp_path / "recipe.json.part").mkdir()
    with whole_file(path) as first, whole_file(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["recipe.json", "recipe.json.part"]


@pytest.mark.parametrize("code, passes", [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)])
def test_a_file_system_that_cannot_sync_folders_is_no_error_and_a_broken_disk_is(tmp_path, monkeypatch, code, passes):
    def refuse(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    if passes:
        sync_folder(tmp_path)
        return
    with pytest.raises(OSError):
        sync_folder(tmp_path)


def test_a_disk_that_fills_is_told_with_the_file_and_the_old_one_stays(tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"old")
    with full_beyond(1000), pytest.raises(OSError, match="File too large") as caught, whole_file(path) as file:
        file.write(bytes(5000))
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
