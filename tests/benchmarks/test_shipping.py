"""What the README promises of files to ship and of a page: `python -m pytest tests/benchmarks -m benchmark -s`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import numpy as np
import pytest

from zoo.exporting import export_all
from zoo.recipe import Recipe, Source
from zoo.training.fitting import fit

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ZOO = [sys.executable, "-c", "from search.cli import main; main()"]
MOST_LOST = {"lstm": 0.01, "resnet": 0.005}  # points of accuracy
ROUNDS = 5


def seconds_of(arguments, folder) -> float:
    """Return the seconds that a `zoo` command takes in a process of its own."""
    began = time.perf_counter()
    subprocess.run([*ZOO, *arguments], cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - began


@pytest.mark.parametrize("builder", MOST_LOST)
def test_what_int8_saves_and_loses(builder, digits, workspace, tmp_path):
    trained = fit(Recipe(Source("digits"), builder), digits, workspace)
    variants = [("tflite", "float32"), ("tflite", "int8")]
    floats, small = export_all(trained, digits, variants, tmp_path, test=digits.test, latency=True)
    lost = floats.test.metrics["accuracy"] - small.test.metrics["accuracy"]
    share = small.bytes / floats.bytes
    print(f"\n{builder}: int8 {small.bytes:,} bytes, {share:.1%} of float32's; accuracy on test rows {-lost:+.4f}")
    print(f"ms a row: float32 {floats.latency_ms:.4f}, int8 {small.latency_ms:.4f}")
    assert small.proof.passed
    assert share <= 0.4
    assert lost <= MOST_LOST[builder]


@pytest.mark.parametrize("builder", ["lstm", "resnet"])
def test_predicting_a_hundred_rows_from_a_cold_process(builder, digits, workspace, tmp_path):
    trained = fit(Recipe(Source("digits"), builder), digits, workspace)
    export_all(trained, digits, [("tflite", "int8")], tmp_path)
    np.savez(tmp_path / "rows.npz", x=digits.dataset.x[:100])
    seconds = [seconds_of(["predict", "tflite-int8", "rows.npz"], tmp_path) for _ in range(ROUNDS)]
    print(f"\nzoo predict, 100 rows, {builder} int8, cold: {statistics.median(seconds):.2f} s")


def test_the_page_of_a_study_of_two_hundred_trials(tmp_path):
    seconds_of(["tune", "wine", "--trials", "200", "--epochs", "3", "--quiet"], tmp_path)
    seconds = [seconds_of(["report", "wine"], tmp_path) for _ in range(3)]
    size = (tmp_path / "mlruns" / "studies" / "wine" / "report.html").stat().st_size
    print(f"\nzoo report, 200 trials: {statistics.median(seconds):.1f} s, a page of {size / 1e6:.1f} MB")
