"""What the README promises of files to ship and of a page; rows that were measured are kept.

`python -m pytest tests/benchmarks/test_shipping.py -m benchmark`
"""

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

from .figures import measured
from .keeping import kept, sources_of
from .measuring import by_precision

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ZOO = [sys.executable, "-c", "from search.cli import main; main()"]
MOST_LOST = {"lstm": 0.01, "resnet": 0.005}  # points of accuracy
MOST_OF_FLOAT = 0.35
ROUNDS = 5


def seconds_of(arguments, folder) -> float:
    """Return the seconds that a `zoo` command takes in a process of its own."""
    began = time.perf_counter()
    subprocess.run([*ZOO, *arguments], cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - began


def shipped(builder, digits, workspace, folder):
    """Return what a model's float and int8 files take and are worth on test rows, and seconds of `zoo predict`."""
    trained = fit(Recipe(Source("digits"), builder), digits, workspace)
    variants = [("tflite", "float32"), ("tflite", "int8")]
    files = export_all(trained, digits, variants, folder, test=digits.test, latency=True)
    np.savez(folder / "rows.npz", x=digits.dataset.x[:100])
    return {
        **by_precision(files),
        "predict": [seconds_of(["predict", "tflite-int8", "rows.npz"], folder) for _ in range(ROUNDS)],
    }


@pytest.mark.parametrize("builder", MOST_LOST)
def test_what_int8_saves_and_loses_and_how_soon_it_answers(builder, digits, workspace, tmp_path, show):
    what = {"builder": builder, "rounds": ROUNDS}
    sources = sources_of("zoo", "search")
    row = kept("shipping", what, lambda: shipped(builder, digits, workspace, tmp_path), sources)
    floats, small = row["float32"], row["int8"]
    lost, share = floats["test"] - small["test"], small["bytes"] / floats["bytes"]
    show(f"\n{builder}: int8 {small['bytes']:,} bytes, {share:.1%} of float32's; accuracy on test rows {0 - lost:+.4f}")
    show(f"  ms a row: float32 {floats['latency']:.4f}, int8 {small['latency']:.4f}")
    seconds = statistics.median(row["predict"])
    show(f"  zoo predict, 100 rows, int8, cold: {seconds:.2f} s; {measured([row])}")
    assert small["passed"]
    assert share <= MOST_OF_FLOAT
    assert lost <= MOST_LOST[builder]


def test_the_page_of_a_study_of_two_hundred_trials(tmp_path, show):
    def made():
        seconds_of(["tune", "wine", "--trials", "200", "--epochs", "3", "--quiet"], tmp_path)
        seconds = [seconds_of(["report", "wine"], tmp_path) for _ in range(3)]
        size = (tmp_path / "mlruns" / "studies" / "wine" / "report.html").stat().st_size
        return {"bytes": size, "report": seconds}

    row = kept("shipping", {"report of": 200}, made, sources_of("zoo", "search"))
    seconds, size = statistics.median(row["report"]), row["bytes"] / 1e6
    show(f"\nzoo report, 200 trials: {seconds:.1f} s, a page of {size:.1f} MB; {measured([row])}")
