"""A copy that is killed at any moment leaves nothing that looks whole, and nothing at all once it is made again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search.care.backup import MARKER, backup
from search.care.remains import at_work, sweep_beside
from search.record.spool import Spool

from ..whole_studies import snapshot

# Copies, and stands still for ever where a function is called for the n-th time.
STOP = """
import importlib, sys, time
from search.care.backup import backup

place, root, module, name, count = sys.argv[1:]
owner = importlib.import_module(module)
owner = owner.Path if name == "rename" else owner
called, left = getattr(owner, name), int(count)

def stop(*given, **options):
    global left
    left -= 1
    if not left:
        print("stopped", flush=True)
        time.sleep(600)
    return called(*given, **options)

setattr(owner, name, stop)
backup(place, root, force=True)
"""
BACKUP = "search.care.backup"
EARLY = [(BACKUP, "_copy_database", 2), (BACKUP, "_copy", 3), (BACKUP, "_copy_files", 1)]
LATE = [(BACKUP, "_trials_in", 1), ("zoo.aside", "sync_tree", 1), ("zoo.aside", "_take_place", 1)]


@pytest.fixture
def root(tmp_path) -> Path:
    """A root with databases, a study's folder and a spool."""
    place = tmp_path / "root"
    (place / "mlruns" / "studies" / "wine").mkdir(parents=True)
    (place / "mlruns" / "studies" / "wine" / "study.log").write_text("begun")
    for name in ("optuna.db", "mlflow.db"):
        (place / "mlruns" / name).touch()
    with Spool(place, "wine") as spool:
        spool.start("wine, accuracy", "wine")
    return place


def kill_at(place: Path, root: Path, module: str, name: str, count: int) -> None:
    """Copy in another process and kill it (9) there."""
    command = [sys.executable, "-c", STOP, str(place), str(root), module, name, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)


def beside(place: Path) -> list[str]:
    return sorted(path.name for path in place.parent.iterdir() if path.name.startswith("."))


def files(place: Path) -> list[str]:
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())


@pytest.mark.parametrize("moment", [*EARLY, *LATE])
def test_a_killed_copy_does_not_stand_and_the_next_one_clears_it_away(root, tmp_path, moment):
    place = tmp_path / "kept"
    kill_at(place, root, *moment)
    assert not place.exists()
    assert len(beside(place)) == 1
    assert backup(place, root).files == len(files(place)) - 1  # the marker is written last
    assert beside(place) == []
    assert (place / "mlruns" / "studies" / "wine" / "study.log").read_text() == "begun"


def test_an_earlier_copy_stands_until_the_new_one_takes_its_place(root, tmp_path):
    place = tmp_path / "kept"
    backup(place, root)
    before = snapshot(place)
    kill_at(place, root, "zoo.aside", "sync_tree", 1)
    assert snapshot(place) == before
    kill_at(place, root, "zoo.aside", "rename", 2)  # the old one is out of the way, the new one not yet there
    assert not place.exists()
    assert sorted(name.rpartition(".")[2] for name in beside(place)) == ["old", "part"]
    sweep_beside(place, MARKER)
    assert (snapshot(place), beside(place)) == (before, [])


def test_a_copy_that_another_process_makes_is_left_alone(tmp_path):
    place, half = tmp_path / "kept", tmp_path / ".kept.0123abcd.part"
    half.mkdir()
    with at_work(half):
        sweep_beside(place, MARKER)
        assert half.is_dir()
    sweep_beside(place, MARKER)
    assert not half.exists()


@pytest.mark.parametrize("name", [".kept.part", ".kept2.0123abcd.part", ".kept.0123abcd.party", "kept.0123abcd.part"])
def test_what_no_copy_left_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    sweep_beside(tmp_path / "kept", MARKER)
    assert (tmp_path / name).is_dir()


def test_an_old_folder_that_is_no_copy_stays_beside_the_new_one(tmp_path):
    old = tmp_path / ".kept.0123abcd.old"
    for folder in (old, tmp_path / "kept"):
        folder.mkdir()
    sweep_beside(tmp_path / "kept", MARKER)
    assert old.is_dir()
    (old / MARKER).touch()
    sweep_beside(tmp_path / "kept", MARKER)
    assert not old.exists()
    assert beside(tmp_path / "kept") == []
