"""Checkpoints: what is loaded is what was saved last, whole, whatever happened in between."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from zoo.training.checkpoint import Checkpoints


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path / "checkpoint", "recipe")


def state(number):
    return {"weights/0": np.full((3, 2), number, "float32")}, {"epoch": number}


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_arrays_and_facts_come_back_bit_for_bit(checkpoints):
    arrays = {
        "weights/0": np.random.default_rng(0).normal(size=(3, 2)).astype("float32"),
        "state": np.array([2**63 - 1, 5]),
        "tally": np.float64(1 / 3),
        "file": np.zeros((0, 4), "int32"),
    }
    facts = {"epoch": 3, "history": [{"val/accuracy": 0.1 + 0.2}], "best": [-float("inf"), 0.5]}
    checkpoints.save(arrays, facts)
    loaded, told = checkpoints.load()
    assert told == facts
    assert list(loaded) == list(arrays)
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        np.testing.assert_array_equal(loaded[name], array, strict=True)


def test_the_newest_state_is_loaded_and_two_are_kept(checkpoints, tmp_path):
    for number in range(12):
        checkpoints.save(*state(number))
    assert checkpoints.load()[1] == {"epoch": 11}
    assert [name[:26] for name in files(tmp_path / "checkpoint")] == [f"checkpoint-recipe-{n:08}" for n in (10, 11)]


def test_without_a_state_nothing_is_loaded(checkpoints):
    assert checkpoints.load() is None


@pytest.mark.parametrize("damage", [lambda whole: whole[:-7], lambda whole: whole[:40] + b"?" + whole[41:]])
def test_a_torn_state_is_passed_over_for_the_one_before(checkpoints, tmp_path, damage):
    checkpoints.save(*state(1))
    checkpoints.save(*state(2))
    newest = max((tmp_path / "checkpoint").iterdir())
    newest.write_bytes(damage(newest.read_bytes()))
    assert checkpoints.load()[1] == {"epoch": 1}


def test_a_state_of_another_key_is_passed_over(checkpoints, tmp_path):
    checkpoints.save(*state(1))
    assert Checkpoints(tmp_path / "checkpoint", "another recipe").load() is None
    alike = Checkpoints(tmp_path / "checkpoint", "recipe")
    alike._key = "another one with the same first digits"
    assert alike.load() is None


def test_states_of_other_keys_in_the_folder_are_left_alone(checkpoints, tmp_path):
    folder = tmp_path / "checkpoint"
    other = Checkpoints(folder, "another recipe")
    checkpoints.save(*state(0))
    (folder / ".checkpoint-recipe-00000002-ab.npz.12345678.part").write_bytes(b"being written")
    for number in range(1, 5):
        other.save(*state(number))
    assert checkpoints.load()[1] == {"epoch": 0}
    assert other.load()[1] == {"epoch": 4}
    other.clear()
    assert [name.split("-")[1] for name in files(folder)] == ["recipe", "recipe"]


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_foreign_file_with_the_name_of_a_state_is_passed_over(checkpoints, tmp_path, content):
    checkpoints.save(*state(1))
    if content is None:
        np.savez(tmp_path / "foreign.npz", x=np.zeros(3))
        content = (tmp_path / "foreign.npz").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    (tmp_path / "checkpoint" / f"checkpoint-recipe-00000009-{sha256}.npz").write_bytes(content)
    assert checkpoints.load()[1] == {"epoch": 1}


def test_python_objects_are_refused_and_never_read(checkpoints, tmp_path):
    checkpoints.save(*state(1))
    with pytest.raises(ValueError, match="[Oo]bject"):
        checkpoints.save({"x": np.array([{}, None])}, {})
    np.savez(tmp_path / "foreign.npz", facts=np.array([{}, None]))
    content = (tmp_path / "foreign.npz").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    (tmp_path / "checkpoint" / f"checkpoint-recipe-00000009-{sha256}.npz").write_bytes(content)
    assert checkpoints.load()[1] == {"epoch": 1}


def test_a_state_that_finds_no_room_leaves_the_one_before(checkpoints, tmp_path, monkeypatch):
    checkpoints.save(*state(1))

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoints.save(*state(2))
    monkeypatch.undo()
    assert checkpoints.load()[1] == {"epoch": 1}
    assert len(files(tmp_path / "checkpoint")) == 1


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path):
    (tmp_path / "checkpoint").write_text("a file where the folder should be")
    checkpoints = Checkpoints(tmp_path / "checkpoint", "recipe")
    assert checkpoints.load() is None
    with pytest.raises(OSError, match="exists"):
        checkpoints.save(*state(1))


def test_clearing_leaves_nothing_but_the_files_of_others(checkpoints, tmp_path):
    folder = tmp_path / "checkpoint"
    checkpoints.save(*state(1))
    (folder / ".checkpoint-recipe-00000002-ab.npz.12345678.part").write_bytes(b"left by a kill")
    checkpoints.clear()
    assert not folder.exists()
    checkpoints.save(*state(1))
    (folder / "notes.txt").write_text("mine")
    checkpoints.clear()
    assert files(folder) == ["notes.txt"]


def test_what_a_kill_left_half_written_goes_with_the_next_state(checkpoints, tmp_path):
    checkpoints.save(*state(1))
    (tmp_path / "checkpoint" / ".checkpoint-recipe-00000002-ab.npz.12345678.part").write_bytes(b"left by a kill")
    checkpoints.save(*state(2))
    assert [name[:11] for name in files(tmp_path / "checkpoint")] == ["checkpoint-"] * 2


def test_states_are_due_so_many_seconds_after_the_last_one(tmp_path):
    ticks = iter([0.0, 4.9, 5.0, 6.0, 6.0, 10.9, 11.0])
    checkpoints = Checkpoints(tmp_path, "recipe", every_s=5.0, clock=lambda: next(ticks))
    assert [checkpoints.due(), checkpoints.due()] == [False, True]
    checkpoints.save(*state(1))
    assert [checkpoints.due(), checkpoints.due()] == [False, True]


def test_saving_takes_a_tenth_of_the_time_at_most(tmp_path):
    ticks = iter([0.0, 10.0, 12.0, 31.0, 32.0])
    checkpoints = Checkpoints(tmp_path, "recipe", every_s=5.0, clock=lambda: next(ticks))
    checkpoints.save(*state(1))
    assert [checkpoints.due(), checkpoints.due()] == [False, True]


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
from zoo.training.checkpoint import Checkpoints

def save_on(number, told):
    while True:
        number += 1
        checkpoints.save({"x": np.full(100_000, number)}, {"number": number})
        os.write(told, bytes([number % 256]))

checkpoints, dice, number = Checkpoints(Path(sys.argv[1]), "key"), random.Random(1), 0
for _ in range(40):
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        save_on(number, told)
    os.close(told)
    time.sleep(dice.uniform(0.002, 0.04))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    saved = b"".join(iter(lambda: os.read(heard, 4096), b""))
    os.close(heard)
    least, state = number + len(saved), checkpoints.load()
    found = state[1]["number"] if state else 0
    assert found in (least, least + 1), (found, least)
    assert state is None or (state[0]["x"] == found).all()
    number = found
print(number)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")
def test_forty_kills_while_saving_lose_no_state_and_tear_none(tmp_path):
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "checkpoint")], capture_output=True, text=True, cwd=root
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0
