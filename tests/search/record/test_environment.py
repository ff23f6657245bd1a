"""The machine and the commit of a study's folder, told by what the system itself says."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from search.record.environment import commit, cores, environment, processor


def test_the_processor_is_the_one_that_linux_names(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Abacus 3000: fast\nmodel name\t: other\n")
    assert processor(info) == "Abacus 3000: fast"
    info.write_text("processor\t: 0\n")
    assert processor(info) == processor(tmp_path / "missing")


def test_cores_are_those_that_this_process_may_use():
    assert 1 <= cores() <= os.cpu_count()


def test_a_folder_without_a_repository_has_no_commit(tmp_path):
    assert commit(tmp_path) == ""
    assert "commit" not in environment(tmp_path)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_commit_is_the_one_that_is_checked_out(tmp_path):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert commit(tmp_path) == ""
    subprocess.run(["git", "-C", tmp_path, *who, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    (tmp_path / "inside").mkdir()
    told = environment(tmp_path / "inside")
    shown = subprocess.run(["git", "-C", tmp_path, "log", "-1", "--format=%H"], capture_output=True, text=True)
    assert told["commit"] == shown.stdout.strip()
    assert {"system", "cores"} <= set(told)
