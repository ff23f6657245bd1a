"""One process a study."""

from __future__ import annotations

import fcntl
import os
from threading import Timer

import pytest

from search.claiming.lock import holder, study_lock
from zoo.errors import BadValue

from ..studies import child, hold_lock, kill, needs_fork, wait_for


def test_a_second_holder_is_refused_with_the_first_ones_process(tmp_path):
    with study_lock(tmp_path / "digits"), pytest.raises(BadValue) as caught, study_lock(tmp_path / "digits"):
        pytest.fail("held twice")
    text = str(caught.value)
    assert "'digits'" in text
    assert f"process {os.getpid()}" in text
    assert "--study" in text
    assert "\n" not in text


def test_another_study_is_free(tmp_path):
    with study_lock(tmp_path / "digits"), study_lock(tmp_path / "wine"):
        assert holder(tmp_path / "wine") == os.getpid()


def test_the_holder_is_told_while_it_holds(tmp_path):
    assert holder(tmp_path / "digits") is None
    with study_lock(tmp_path / "digits"):
        assert holder(tmp_path / "digits") == os.getpid()
    assert holder(tmp_path / "digits") is None


def test_who_asks_for_the_holder_keeps_nobody_from_starting_and_takes_nobody_for_the_holder(tmp_path):
    with study_lock(tmp_path / "digits"):
        pass
    with (tmp_path / "digits" / "lock").open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert holder(tmp_path / "digits") is None
        Timer(0.1, fcntl.flock, (asking, fcntl.LOCK_UN)).start()
        with study_lock(tmp_path / "digits"):
            assert holder(tmp_path / "digits") == os.getpid()


def test_who_is_refused_reads_the_cure_that_fits(tmp_path):
    with study_lock(tmp_path / "digits"), pytest.raises(BadValue, match=r"or give --out\.$"):
        study_lock(tmp_path / "digits", instead="give --out").__enter__()


def test_an_error_inside_frees_the_lock(tmp_path):
    with pytest.raises(RuntimeError), study_lock(tmp_path / "digits"):
        raise RuntimeError
    with study_lock(tmp_path / "digits"):
        pass


@needs_fork
def test_another_process_is_refused_and_let_in_once_the_holder_is_killed(tmp_path):
    process = child(hold_lock, tmp_path / "digits", tmp_path / "ready")
    wait_for(tmp_path / "ready")
    with pytest.raises(BadValue, match=f"process {process.pid}"), study_lock(tmp_path / "digits"):
        pytest.fail("held twice")
    kill(process)
    with study_lock(tmp_path / "digits"):
        assert holder(tmp_path / "digits") == os.getpid()


def test_a_folder_that_cannot_be_written_names_the_cure(tmp_path):
    (tmp_path / "mlruns").write_text("a file")
    with pytest.raises(BadValue, match="--root"), study_lock(tmp_path / "mlruns" / "studies" / "digits"):
        pytest.fail("held in a file")
