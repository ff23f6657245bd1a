"""The `zoo` command in a process of its own: its exit codes, Ctrl-C and other signals, and a second one beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search.claiming.storage import database
from search.trials import read_study

from .processes import ZOO, all_gone, children, needs_proc
from .processes import workers as processes_that_train


def test_a_mistake_in_a_process_of_its_own_ends_it_with_2(tmp_path):
    ended = subprocess.run([*ZOO, "tune", "digits", "--trials", "0"], cwd=tmp_path, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith("zoo: trials is 0")


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path):
    command = f"{sys.executable} -c 'from search.cli import main; main()' list | head -1"
    ended = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert ended.stdout == "builder\n"
    assert ended.stderr == ""


@pytest.mark.often("reading-1")
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals a process group, as a terminal does")
@pytest.mark.parametrize(("after", "times"), [("reading", 1), ("starting TensorFlow", 1), ("majority", 3)])
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(after, times, tmp_path):
    typed = ["tune", "wine", "--trials", "3", "--epochs", "4"]
    process = subprocess.Popen(
        [*ZOO, *typed], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    for line in process.stderr:
        if line.startswith(after):
            break
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    last = process.stderr.read().splitlines()[-1]
    assert process.wait() == 130
    assert last.startswith("stopped.")
    assert last.endswith("The same command goes on: zoo tune wine --trials 3 --epochs 4")
    again = subprocess.run([*ZOO, *typed, "--json"], cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(again.stdout)["trials"]["total"] == 3
    watchdog.cancel()


@pytest.mark.often("2-2", "15-0")
@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize(("number", "workers"), [(signal.SIGTERM, 2), (signal.SIGINT, 2), (signal.SIGTERM, 0)])
def test_a_signal_in_mid_trial_ends_all_workers_and_leaves_no_trial_running(number, workers, tmp_path):
    typed = ["tune", "digits", "--builder", "mlp", "--trials", "40", "--workers", str(workers), "--pruner", "none"]
    process = subprocess.Popen([*ZOO, *typed], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    watchdog, log = threading.Timer(240, process.kill), tmp_path / "mlruns" / "studies" / "digits" / "study.log"
    watchdog.start()
    while process.poll() is None and not (log.exists() and "finished" in log.read_text()):
        time.sleep(0.05)
    left = list(children(process.pid))
    assert len(processes_that_train(process.pid)) == workers
    process.send_signal(number)
    last = process.stderr.read().splitlines()[-1]
    assert process.wait() == 130
    watchdog.cancel()
    assert last.startswith("stopped.")
    assert all_gone(left)
    states = {record.state for record in read_study(database(tmp_path), "digits").records}
    assert {"finished"} <= states <= {"finished", "interrupted"}  # without workers it may come between two trials


@pytest.mark.slow
def test_a_second_command_on_a_running_study_is_refused(tmp_path):
    typed = ["tune", "digits", "--trials", "50", "--quiet"]
    first = subprocess.Popen([*ZOO, *typed], cwd=tmp_path, stderr=subprocess.DEVNULL)
    lock = Path(tmp_path) / "mlruns" / "studies" / "digits" / "lock"
    try:
        while first.poll() is None and not (lock.exists() and lock.read_text().strip()):
            time.sleep(0.05)
        second = subprocess.run([*ZOO, *typed], cwd=tmp_path, capture_output=True, text=True)
    finally:
        first.kill()
        first.wait()
    assert second.returncode == 2
    assert f"is being run by process {first.pid}" in second.stderr
