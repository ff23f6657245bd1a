"""TensorFlow starts quietly, with the threads that a recipe asks for."""

from __future__ import annotations

import gc
import io
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from zoo import runtime

ROOT = str(Path(__file__).parents[2])
START = """
from zoo import runtime
runtime.start(2)
import tensorflow as tf
threading = tf.config.threading
print(threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads())
"""


@pytest.mark.slow
def test_a_fresh_process_gets_the_threads_it_asks_for_and_says_nothing():
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["2", "2"], "")


def test_another_number_of_threads_than_runs_already_is_said(workspace):
    with warnings.catch_warnings(action="error"):
        runtime.start(1)
        runtime.start()
    with pytest.warns(UserWarning, match="already runs with 1 threads; the recipe says 3"):
        runtime.start(3)


def test_what_is_written_past_python_is_swallowed_inside_the_block_only(capfd):
    os.write(2, b"before ")
    with runtime.native_stderr_closed():
        os.write(2, b"inside ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


CLOSED = """
import os
from zoo.runtime import native_stderr_closed
other = os.open("other", os.O_CREAT | os.O_WRONLY)
with native_stderr_closed():
    os.write(other, b"kept")
print(other, open("other").read())
"""


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor as a shell does")
def test_a_process_without_a_stderr_goes_on_and_its_other_files_are_left_alone(tmp_path):
    command = ["/bin/sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, CLOSED]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": ROOT}, stdout=subprocess.PIPE, text=True
    )
    assert (done.returncode, done.stdout) == (0, "2 kept\n")


def test_the_terminal_is_given_back_after_an_error(capfd):
    with pytest.raises(ZeroDivisionError), runtime.native_stderr_closed():
        raise ZeroDivisionError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def native(monkeypatch):
    """Put standard error as a process has it when it begins; a fixture would come before what captures it."""
    monkeypatch.setattr(sys, "stderr", file := os.fdopen(2, "w", closefd=False))
    return file


def test_a_stderr_of_its_own_is_heard_while_native_code_is_not_and_is_given_back(monkeypatch, capfd):
    before = native(monkeypatch)
    with runtime.own_stderr(), runtime.native_stderr_closed():
        os.write(2, b"swallowed")
        print("heard", file=sys.stderr)
    assert sys.stderr is before
    assert capfd.readouterr().err == "heard\n"


def test_a_log_handler_that_took_the_file_writes_on_and_the_last_one_closes_it(monkeypatch, capfd):
    native(monkeypatch)
    with runtime.own_stderr():
        descriptor, handler = sys.stderr.fileno(), logging.StreamHandler()
    handler.emit(logging.LogRecord("zoo", logging.INFO, "here", 1, "late", None, None))
    assert capfd.readouterr().err == "late\n"
    del handler
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_stderr_that_somebody_replaced_meanwhile_is_left_as_it_is(monkeypatch):
    native(monkeypatch)
    with runtime.own_stderr():
        sys.stderr = other = io.StringIO()
    assert sys.stderr is other


@pytest.mark.parametrize("none", [None, object()])
def test_without_a_native_stderr_nothing_is_replaced(monkeypatch, none):
    monkeypatch.setattr(sys, "stderr", none)
    with runtime.own_stderr():
        assert sys.stderr is none
