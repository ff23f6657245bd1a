"""How long tables take to read and to prepare: medians of several rounds, after everything is imported."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest

from zoo.data import load_data
from zoo.plans import fit_preparation

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
ROUNDS, ROWS = 5, 45_000


def median(work):
    """Return the median seconds of a round, and of the processor in one: these two differ on a busy machine."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    return "{:.2f} s ({:.2f} s of the processor)".format(*map(statistics.median, zip(*times, strict=True)))


@pytest.mark.parametrize("memory", [None, 2**20])
def test_reading_adult(shared_data, memory):
    seconds = median(lambda: load_data(shared_data / "adult", target="income", memory=memory))
    print(f"\nadult, 48,842 x 14, {'in memory' if memory is None else 'in chunks'}: read in {seconds}")


def test_reading_a_million_numbers(tmp_path):
    table = np.random.default_rng(0).normal(size=(100_000, 10))
    y = (table[:, 0] > 0).astype(float)
    header = ",".join(f"c{place}" for place in range(10)) + ",y"
    np.savetxt(tmp_path / "rows.csv", np.column_stack([table, y]), delimiter=",", header=header, comments="")
    size = (tmp_path / "rows.csv").stat().st_size / 2**20
    seconds = median(lambda: load_data(tmp_path / "rows.csv", target="y"))
    print(f"\n100,000 x 11 numbers, {size:.0f} MB: read in {seconds}")


@pytest.mark.parametrize("numbers", ["standardise", "quantile", "uniform", "log", "piecewise"])
def test_preparing_45_000_rows_of_adult(shared_data, numbers):
    dataset = load_data(shared_data / "adult", target="income")
    rows = np.concatenate([dataset.x, dataset.x_test])[:ROWS]
    dataset = replace(dataset, x=rows)
    fitting = median(lambda: fit_preparation(dataset, rows, {"numbers": numbers}))
    preparation = fit_preparation(dataset, rows, {"numbers": numbers})
    applying = median(lambda: preparation.apply(rows))
    width = preparation.apply(rows[:1]).shape[1]
    print(f"\n{numbers}: {len(rows):,} x 14 to {width}: fitted in {fitting}, prepared in {applying}")
