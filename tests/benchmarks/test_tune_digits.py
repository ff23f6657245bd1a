"""What the README promises of `zoo tune digits`: `python -m pytest tests/benchmarks -m benchmark -s`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ZOO = [sys.executable, "-c", "from search.cli import main; main()"]
ROUNDS = 3


def timed(arguments, folder):
    began = time.perf_counter()
    done = subprocess.run([*ZOO, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout


def test_a_study_of_twenty_trials_from_a_cold_process(tmp_path):
    seconds = []
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        wall, output = timed(["tune", "digits", "--json"], folder)
        seconds.append(round(wall, 1))
    answer = json.loads(output)
    bytes_of = {(v["format"], v["precision"]): v["bytes"] for v in answer["champion"]["variants"]}
    tests = {v["precision"]: v["test"]["accuracy"] for v in answer["champion"]["variants"] if v["format"] == "tflite"}
    share = bytes_of["tflite", "int8"] / bytes_of["tflite", "float32"]
    print(f"\nzoo tune digits, 20 trials, cold: {statistics.median(seconds):.1f} s (of {sorted(seconds)})")
    print(f"champion {answer['champion']['trial']}: test {answer['champion']['test']['accuracy']:.4f}")
    print(f"int8 {bytes_of['tflite', 'int8']:,} bytes, {share:.1%} of float32's; test by file {tests}")
    assert answer["champion"]["test"]["accuracy"] >= 0.975
    assert share <= 0.45
    assert tests["float32"] - tests["int8"] <= 0.01


def test_the_help_text(tmp_path):
    seconds = [timed(["--help"], tmp_path)[0] for _ in range(11)]
    print(f"\nzoo --help: {statistics.median(seconds):.3f} s")
