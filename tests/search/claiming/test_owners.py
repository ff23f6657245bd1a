"""Owners are known by locked files, which the system frees when a process dies."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from search.claiming.owners import FOLDER, WORKER, Owner, OwnerFile, bury, fate, known, living
from zoo.errors import BadValue

from ..studies import child, kill, needs_fork, wait_for


@pytest.fixture
def owner():
    return Owner.here(WORKER)


def test_an_owner_lives_while_it_holds_its_file(tmp_path, owner):
    file = OwnerFile(tmp_path, owner)
    assert living(tmp_path) == ()
    file.hold()
    assert (living(tmp_path), fate(tmp_path, owner.name)) == ((owner,), None)
    file.let_go(settled=True)
    assert (living(tmp_path), fate(tmp_path, owner.name)) == ((), None)


def test_owners_of_one_process_have_different_names(owner):
    other = Owner.here(WORKER)
    assert owner.name != other.name
    assert (owner.pid, owner.kind) == (os.getpid(), "worker")


def test_an_owner_that_leaves_claims_behind_was_interrupted_until_it_is_buried(tmp_path, owner):
    file = OwnerFile(tmp_path, owner)
    file.hold()
    file.let_go(settled=False)
    assert (living(tmp_path), fate(tmp_path, owner.name)) == ((), "interrupted")
    bury(tmp_path, {owner.name})
    assert fate(tmp_path, owner.name) == "interrupted"
    bury(tmp_path, set())
    assert list((tmp_path / FOLDER).iterdir()) == []


def hold(folder, owner, ready):
    file = OwnerFile(folder, owner)
    file.hold()
    ready.touch()
    time.sleep(60)


@needs_fork
def test_a_killed_process_is_known_to_be_so(tmp_path, owner):
    process = child(hold, tmp_path, owner, tmp_path / "ready")
    wait_for(tmp_path / "ready")
    assert living(tmp_path) == (owner,)
    kill(process)
    assert (living(tmp_path), fate(tmp_path, owner.name)) == ((), "killed")
    bury(tmp_path, {owner.name})
    assert known(tmp_path, owner.name) == owner


def test_of_an_owner_on_another_machine_the_locks_here_say_nothing(tmp_path, owner):
    far = replace(owner, machine="another")
    file = OwnerFile(tmp_path, far)
    file.hold()
    file._file.close()
    assert fate(tmp_path, far.name) is None
    bury(tmp_path, set())
    assert known(tmp_path, far.name) == far


def test_of_an_owner_without_a_file_its_name_is_known(tmp_path):
    assert known(tmp_path, "somebody").name == "somebody"


def test_files_that_say_nothing_are_no_owners(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "torn").write_text('{"name": "to')
    (tmp_path / FOLDER / "other").write_text('{"a": 1}')
    assert living(tmp_path) == ()


def test_a_folder_that_cannot_be_written_names_the_cure(tmp_path, owner):
    (tmp_path / FOLDER).write_text("a file, not a folder")
    with pytest.raises(BadValue, match="--root"):
        OwnerFile(tmp_path, owner).hold()
