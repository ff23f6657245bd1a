"""Folders appear whole or not at all, and nothing is lost."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from zoo.aside import require_free, sweep, whole_folder, writing
from zoo.errors import BadValue, ZooError

ROOT = Path(__file__).parents[2]


def put(target, text, force=False):
    with whole_folder(target, "mark", force) as aside:
        (aside / "mark").write_text(text)


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_folder_appears_when_the_block_ends(tmp_path):
    target = tmp_path / "new" / "bundle"
    with whole_folder(target, "mark") as aside:
        (aside / "mark").write_text("whole")
        assert not target.exists()
    assert tree(tmp_path) == ["new", "new/bundle", "new/bundle/mark"]


def test_all_of_a_folder_is_on_disk_before_it_appears_and_its_name_before_the_old_one_goes(tmp_path, monkeypatch):
    target, synced = tmp_path / "bundle", []
    put(target, "old")
    real = os.fsync

    def fsync(descriptor):
        synced.append((os.fstat(descriptor).st_ino, (target / "mark").read_text(), len(list(tmp_path.iterdir()))))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with whole_folder(target, "mark", force=True) as aside:
        (aside / "mark").write_text("new")
        (aside / "deep").mkdir()
        (aside / "deep" / "file").write_text("new")
    files = {path.stat().st_ino for path in (target, *target.rglob("*"))}
    *before, after = synced
    assert {inode for inode, _, _ in before} == files
    assert {text for _, text, _ in before} == {"old"}
    assert after == (tmp_path.stat().st_ino, "new", 2)


def test_a_failure_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "bundle", "mark") as aside:
        (aside / "mark").write_text("half")
        raise KeyboardInterrupt
    assert tree(tmp_path) == []


def test_an_existing_target_is_refused_and_kept(tmp_path):
    put(tmp_path / "bundle", "old")
    with pytest.raises(BadValue, match="exists; nothing is overwritten. Choose another folder, or add --force"):
        put(tmp_path / "bundle", "new")
    assert (tmp_path / "bundle" / "mark").read_text() == "old"


def test_force_replaces_the_old_folder_whole(tmp_path):
    put(tmp_path / "bundle", "old")
    (tmp_path / "bundle" / "left over").touch()
    put(tmp_path / "bundle", "new", force=True)
    assert (tmp_path / "bundle" / "mark").read_text() == "new"
    assert tree(tmp_path) == ["bundle", "bundle/mark"]


def test_a_failure_under_force_keeps_the_old_folder(tmp_path):
    put(tmp_path / "bundle", "old")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "bundle", "mark", force=True):
        raise RuntimeError
    assert (tmp_path / "bundle" / "mark").read_text() == "old"
    assert tree(tmp_path) == ["bundle", "bundle/mark"]


def test_force_replaces_no_folder_that_is_not_of_our_making(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years")
    with pytest.raises(BadValue, match="exists and is no bundle"):
        require_free(tmp_path, "mark", force=True)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ZooError, match=r"cannot be written: Not a directory\. Choose another folder\.$") as caught:
        put(tmp_path / "file" / "bundle", "text")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (None, r"root/bundle cannot be written: No space left\. Make room there, or choose another folder\."),
        ("root/.bundle.0.part/model", r"root/bundle cannot be written: No space left\. Make room there, or choose"),
        ("scratch/tmp1/variables", r"tmp1/variables cannot be written: No space.*temporary files: TMPDIR=FOLDER"),
        ("root/data.csv", r"root/data\.csv cannot be written: No space left\. Make room there, or choose"),
        ("/elsewhere/mark", r"/elsewhere/mark cannot be written: No space left\. Make room there, or choose"),
    ],
    ids=["no place", "the place itself", "temporary files", "beside", "elsewhere"],
)
def test_the_place_without_room_is_the_one_that_is_named(place, told, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    error = OSError(errno.ENOSPC, "No space left", place and str(tmp_path / place))
    with pytest.raises(ZooError, match=told), writing(tmp_path / "root" / "bundle"):
        raise error


@pytest.mark.parametrize(
    ("number", "place", "told"),
    [
        (errno.EDQUOT, "root/bundle", r"root/bundle cannot be written: .*\. Make room there, or choose another"),
        (errno.EFBIG, "root/bundle", r"root/bundle cannot be written: .*\. Make room there, or choose another"),
        (errno.EACCES, "root/.bundle.0.part", r"root/bundle cannot be written: Permission denied\. Choose another"),
        (errno.EPERM, "root", r"root/bundle cannot be written: Operation not permitted\. Choose another folder\."),
        (errno.EROFS, "/elsewhere/mark", r"/elsewhere/mark cannot be written: Read-only file system\. Choose another"),
        (errno.EACCES, "scratch/tmp1", r"tmp1 cannot be written: Permission denied\. Name another folder for"),
    ],
)
def test_a_place_that_may_not_be_written_needs_no_room_but_another_place(number, place, told, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    error = OSError(number, os.strerror(number), str(tmp_path / place))
    with pytest.raises(ZooError, match=told), writing(tmp_path / "root" / "bundle"):
        raise error


def test_a_write_that_failed_without_a_number_is_a_full_disk(tmp_path):
    with pytest.raises(ZooError, match=r"10 requested and 4 written\. Make room there"), writing(tmp_path / "bundle"):
        raise OSError("10 requested and 4 written")  # as NumPy says it


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file", "/elsewhere/data.csv"),
        PermissionError(errno.EACCES, "Permission denied", "/elsewhere/data.csv"),
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        OSError("cannot identify image file"),
    ],
)
def test_what_is_no_matter_of_writing_there_is_raised_as_it_is(error, tmp_path):
    with pytest.raises(OSError) as caught, writing(tmp_path / "bundle"):
        raise error
    assert caught.value is error


def test_data_that_is_gone_meanwhile_is_not_taken_for_the_place_beside_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"data\.csv"), whole_folder(tmp_path / "bundle", "mark"):
        (tmp_path / "data.csv").read_text()
    assert tree(tmp_path) == []


FULL_DISK = """
import resource, sys
from pathlib import Path
from zoo.aside import whole_folder
from zoo.errors import ZooError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with whole_folder(Path(sys.argv[1]), "mark", force=True) as aside:
        (aside / "mark").write_bytes(bytes(5000))
except ZooError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_disk_that_takes_no_more_leaves_the_old_folder_and_nothing_half_written(tmp_path):
    put(tmp_path / "bundle", "old")
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "bundle")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cannot be written: File too large" in done.stdout
    assert (tmp_path / "bundle" / "mark").read_text() == "old"
    assert tree(tmp_path) == ["bundle", "bundle/mark"]


KILLED = """
import os, sys
from pathlib import Path
from zoo.aside import whole_folder
with whole_folder(Path(sys.argv[1]), "mark", force=True) as aside:
    (aside / "mark").write_text("half")
    os.kill(os.getpid(), 9)
"""


def test_a_kill_leaves_the_old_folder_as_it_was(tmp_path):
    put(tmp_path / "bundle", "old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "bundle")], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "bundle" / "mark").read_text() == "old"


def test_sweeping_removes_half_folders_and_puts_back_what_was_not_replaced(tmp_path):
    put(tmp_path / "kept", "new")
    for name in (".kept.0a1b2c3d.part", ".kept.0a1b2c3d.old", ".lost.0a1b2c3d.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mark").write_text("old")
    (tmp_path / ".report.json.0a1b2c3d.part").touch()
    sweep(tmp_path)
    assert tree(tmp_path) == ["kept", "kept/mark", "lost", "lost/mark"]
    assert (tmp_path / "kept" / "mark").read_text() == "new"
